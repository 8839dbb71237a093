frappe.ui.form.on("Signal Rule", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Try on a recording"), () => ask_for_recording(frm));
		if (frappe.model.can_write("Line Stop Drill")) {
			frm.add_custom_button(__("Rehearse a line stop"), () => rehearse(frm));
		}
	},
});

async function rehearse(frm) {
	if (frm.is_dirty()) await frm.save();
	plant_itsm.drill.rehearse(frm.doc.name);
}

async function ask_for_recording(frm) {
	if (frm.is_dirty()) await frm.save();
	const dialog = new frappe.ui.Dialog({
		title: __("Try {0} on a recording", [frm.doc.name]),
		size: "extra-large",
		fields: [
			{
				fieldtype: "Attach",
				fieldname: "recording",
				label: __("Recording"),
				reqd: 1,
				description: __("A file that plant-itsm record has written. Nothing is changed and nobody is told."),
			},
			{ fieldtype: "HTML", fieldname: "result" },
		],
		primary_action_label: __("Try"),
		primary_action: async ({ recording }) => {
			const { message: result } = await frappe.call({
				method: "plant_itsm.api.signals.try_rule",
				args: { rule: frm.doc.name, file_url: recording },
				freeze: true,
			});
			dialog.fields_dict.result.$wrapper.html(result_html(result));
		},
	});
	dialog.show();
}

function result_html(result) {
	const { counts } = result;
	const summary = __("{0} signals; {1} incidents would have been opened by this rule. Times are in {2}.", [
		counts.signals,
		result.stops.length,
		frappe.utils.escape_html(result.zone),
	]);
	const more = result.more ? __("There are more decisions; the command plant-itsm replay shows all.") : "";
	return `<p><b>${summary}</b></p>
		${stops_html(result.stops)}
		${decisions_html(result.decisions)}
		<p class="text-muted">${more}</p>`;
}

function stops_html(stops) {
	const rows = stops.map((stop) => [
		stop.title,
		stop.onset,
		stop.ended_at || __("open at the end"),
		stop.lines.join(", "),
		stop.cost_per_hour || "–",
		stop.cost || "–",
	]);
	return table_html([__("Incident"), __("From"), __("To"), __("Lines"), __("Per hour"), __("Cost")], rows);
}

function decisions_html(decisions) {
	const rows = decisions.map((one) => [one.time, one.outcome, one.address, one.value, one.reason]);
	return table_html([__("Time"), __("Decision"), __("Address"), __("Value"), __("Reason")], rows);
}

function table_html(headers, rows) {
	if (!rows.length) return "";
	const cell = (value, tag) => `<${tag}>${frappe.utils.escape_html(String(value))}</${tag}>`;
	const row = (values, tag) => `<tr>${values.map((value) => cell(value, tag)).join("")}</tr>`;
	return `<table class="table table-sm">
		<thead>${row(headers, "th")}</thead>
		<tbody>${rows.map((values) => row(values, "td")).join("")}</tbody>
	</table>`;
}
