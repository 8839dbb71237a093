frappe.ui.form.on("OT CI", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Active") return;
		frm.add_custom_button(__("Show impact"), () => show_impact(frm.doc.name));
	},
});

async function show_impact(ci) {
	const impact = await frappe.xcall("plant_itsm.api.impact.of_ci", { ci });
	const dialog = new frappe.ui.Dialog({ title: __("If {0} fails", [ci]), size: "large" });
	dialog.$body.html(impact.lines.length ? impact_table(impact) : `<p>${__("No line stops.")}</p>`);
	dialog.show();
}

function impact_table(impact) {
	const money = (cost) => (cost ? format_currency(Number(cost.amount), cost.currency) : "");
	const rows = impact.lines.map((line) => [
		line.line,
		__(line.state),
		line.units_per_shift,
		money(line.cost_per_hour),
		line.path,
	]);
	const head = [__("Line"), __("State"), __("Units per shift"), __("Cost per hour"), __("Path")];
	const total = [__("Total"), "", impact.units_per_shift, money(impact.cost_per_hour), ""];
	const cells = (row, tag) =>
		row.map((cell) => `<${tag}>${frappe.utils.escape_html(String(cell))}</${tag}>`).join("");
	const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
	const why = impact.not_priced.map((reason) => `<li>${frappe.utils.escape_html(reason)}</li>`).join("");
	return `<table class="table table-bordered">
		<tr>${cells(head, "th")}</tr>${body}<tr>${cells(total, "th")}</tr>
	</table>${why && `<p>${__("Not priced")}</p><ul>${why}</ul>`}`;
}
