// "Explain cost" on Line Stop: every part with its formula, its inputs and the version that it comes from.

frappe.ui.form.on("Line Stop", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("Line Stop Cost Model")) return;
		frm.add_custom_button(__("Explain cost"), () => plant_itsm_explain_cost(frm));
	},
});

async function plant_itsm_explain_cost(frm) {
	const told = await frappe.xcall("plant_itsm.api.stop_costs.explain", { line_stop: frm.doc.name });
	const dialog = new frappe.ui.Dialog({
		title: __("Cost of {0}", [frm.doc.name]),
		size: "extra-large",
		fields: [{ fieldtype: "HTML", fieldname: "cost" }],
	});
	const until = told.is_open ? __("so far, up to {0}") : __("up to its end at {0}");
	const at = (iso) => frappe.datetime.str_to_user(plant_itsm_user_time(iso));
	const sections = [plant_itsm_cost_section(until.replace("{0}", at(told.as_of)), told.cost)];
	if (told.forecast) {
		const expected = __("expected, if it ends as estimated at {0}", [at(told.forecast.at)]);
		sections.push(plant_itsm_cost_section(expected, told.forecast));
	}
	dialog.fields_dict.cost.$wrapper.html(sections.join("<hr>"));
	dialog.show();
}

function plant_itsm_user_time(iso) {
	const { user, system } = frappe.boot.time_zone;
	return moment(iso)
		.tz(user || system)
		.format(frappe.defaultDatetimeFormat);
}

function plant_itsm_cost_section(when, cost) {
	const money = ({ amount, currency }) => format_currency(Number(amount), currency);
	const escape = frappe.utils.escape_html;
	const cell = (text, align = "left") => `<td style="text-align: ${align}">${escape(String(text ?? ""))}</td>`;
	const part_row = (line) => (part) =>
		`<tr>${cell(line.line)}${cell(part.part)}${cell(part.formula)}${cell(part.cost_model)}
			${cell(money(part.amount), "right")}</tr>`;
	const sum_row = (line) =>
		`<tr class="text-muted">${cell(line.line)}<td colspan="3">${escape(plant_itsm_lost_time(line))}</td>
			<td style="text-align: right"><b>${line.cost ? escape(money(line.cost)) : "–"}</b></td></tr>`;
	const rows = cost.lines.map((line) => line.parts.map(part_row(line)).join("") + sum_row(line)).join("");
	const reasons = cost.not_priced.map((reason) => `<p class="text-muted">${escape(reason)}</p>`).join("");
	const heads = [__("Line"), __("Part"), __("Formula"), __("Version of the cost model")];
	return `<h4>${cost.cost ? escape(money(cost.cost)) : __("Not priced")} <small>${escape(when)}</small></h4>
		<table class="table table-sm"><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}
			<th style="text-align: right">${__("Amount")}</th></tr></thead><tbody>${rows}</tbody></table>${reasons}`;
}

function plant_itsm_lost_time({ planned_seconds, buffer_seconds, elsewhere }) {
	const lost = [__("{0} s of planned production lost", [planned_seconds])];
	if (Number(buffer_seconds)) lost.push(__("after {0} s from the buffers", [buffer_seconds]));
	for (const [incident, seconds] of Object.entries(elsewhere)) {
		lost.push(__("{0} s more belong to {1}", [seconds, incident]));
	}
	return lost.join(", ");
}
