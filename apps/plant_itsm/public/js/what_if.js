// The dialog "What if it fails?" of OT CI and Production Line; their form scripts include this file.

function plant_itsm_what_if(doc) {
	const question = doc.doctype === "OT CI" ? __("If {0} fails", [doc.name]) : __("If {0} stands", [doc.name]);
	const dialog = new frappe.ui.Dialog({
		title: question,
		size: "extra-large",
		fields: [
			{
				fieldname: "at",
				fieldtype: "Datetime",
				label: __("At"),
				default: frappe.datetime.now_datetime(),
				reqd: 1,
			},
			{ fieldtype: "Column Break" },
			{ fieldname: "hours", fieldtype: "Float", label: __("For how many hours"), precision: 1, default: 1, reqd: 1 },
			{ fieldtype: "Section Break" },
			{ fieldname: "answer", fieldtype: "HTML" },
		],
		primary_action_label: __("Ask"),
		primary_action: (asked) => answer(dialog, doc, asked),
		secondary_action_label: __("Show the way"),
		secondary_action: () => {
			dialog.hide();
			frappe.route_options = { what_if: 1 };
			frappe.set_route("failure-graph", doc.doctype, doc.name);
		},
	});
	dialog.show();
	answer(dialog, doc, { hours: 1 });
}

async function answer(dialog, doc, asked) {
	const args = { doctype: doc.doctype, name: doc.name, at: asked.at, hours: asked.hours };
	const found = await frappe.xcall("plant_itsm.api.impact.what_if", args);
	dialog.fields_dict.answer.$wrapper.html(found.lines.length ? what_if_table(found) : nothing_stops());
}

function nothing_stops() {
	return `<p>${__("No line stops or degrades.")}</p>`;
}

function what_if_table(found) {
	const rows = found.lines.map((line) => [
		line.line,
		line.reached_after_seconds ? __("Stops after {0}", [as_minutes(line.reached_after_seconds)]) : __(line.state),
		line.units_per_shift,
		as_money(line.cost_per_hour),
		as_minutes(line.lost_seconds),
		as_money(line.outage_cost),
		line.path,
	]);
	const head = [
		__("Line"),
		__("State"),
		__("Units per shift"),
		__("Cost per hour"),
		__("Planned time lost"),
		__("Cost of the outage"),
		__("Path"),
	];
	const total = ["", "", found.units_per_shift, as_money(found.cost_per_hour), "", as_money(found.outage_cost), ""];
	total[0] = __("Total");
	const cells = (row, tag) => row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("");
	const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
	return `<div class="table-responsive"><table class="table table-bordered">
		<thead><tr>${cells(head, "th")}</tr></thead>
		<tbody>${body}<tr>${cells(total, "th")}</tr></tbody>
	</table></div>${what_if_notes(found)}`;
}

function what_if_notes(found) {
	const now = as_money(found.cost_per_hour_now);
	const differs = found.cost_per_hour && now !== as_money(found.cost_per_hour);
	const affected = found.affected_cis.length;
	const notes = [
		differs && __("While the buffers last it costs {0} per hour.", [now || __("nothing")]),
		affected && __("{0} more CIs are affected: {1}", [affected, found.affected_cis.slice(0, 20).join(", ")]),
		found.explanation,
		...found.not_priced,
	];
	const items = notes.filter(Boolean).map((note) => `<li>${escaped(note)}</li>`);
	return `<ul class="text-muted">${items.join("")}</ul>`;
}

function as_money(cost) {
	return cost ? format_currency(Number(cost.amount), cost.currency) : "";
}

function as_minutes(seconds) {
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60)];
	return hours ? __("{0} h {1} min", [hours, minutes]) : __("{0} min", [minutes]);
}

function escaped(value) {
	return frappe.utils.escape_html(String(value ?? ""));
}
