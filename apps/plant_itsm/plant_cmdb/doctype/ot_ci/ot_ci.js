frappe.ui.form.on("OT CI", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Active") return;
		frm.add_custom_button(__("Show impact"), () => show_impact(frm.doc.name));
	},
});

async function show_impact(ci) {
	const impact = await frappe.xcall("plant_itsm.api.impact.of_ci", { ci });
	frappe.msgprint({
		title: __("If {0} fails", [ci]),
		message: impact.lines.length ? impact_table(impact) : __("No line stops."),
		wide: true,
	});
}

function impact_table(impact) {
	const total = [__("Total"), "", impact.units_per_shift, money(impact.cost_per_hour), ""];
	const rows = impact.lines.map((line) => [
		line.line,
		__(line.state),
		line.units_per_shift,
		money(line.cost_per_hour),
		line.path,
	]);
	const head = [__("Line"), __("State"), __("Units per shift"), __("Cost per hour"), __("Path")];
	const cells = (tag, row) =>
		row.map((cell) => `<${tag}>${frappe.utils.escape_html(String(cell))}</${tag}>`).join("");
	const body = [...rows, total].map((row) => `<tr>${cells("td", row)}</tr>`).join("");
	const not_priced = impact.not_priced.map((why) => `<li>${frappe.utils.escape_html(why)}</li>`).join("");
	return `<table class="table table-bordered"><tr>${cells("th", head)}</tr>${body}</table>
		${not_priced && `<p>${__("Not priced")}</p><ul>${not_priced}</ul>`}`;
}

function money(cost) {
	return cost ? `${format_number(cost.amount, null, 2)} ${cost.currency}` : "";
}
