// "Correct" on Line Stop: what is recorded of it, with a reason; the answer shows what that changes.

frappe.ui.form.on("Line Stop", {
	refresh(frm) {
		if (frm.is_new() || !frappe.boot.user.in_create.includes("Line Stop Correction")) return;
		for (const [label, needed, correction] of PLANT_ITSM_CORRECTIONS) {
			if (needed(frm.doc)) {
				frm.add_custom_button(__(label), () => plant_itsm_ask(frm, label, correction), __("Correct"));
			}
		}
	},
});

const PLANT_ITSM_WHY = {
	fieldname: "reason",
	fieldtype: "Small Text",
	label: __("What shows that the record is wrong"),
	reqd: 1,
};

const PLANT_ITSM_CORRECTIONS = [
	[
		"Onset",
		() => true,
		{ method: "correct_onset", fields: (doc) => [plant_itsm_moment("onset", __("It began at"), doc.onset)] },
	],
	[
		"End",
		(doc) => doc.status === "Ended",
		{ method: "correct_end", fields: (doc) => [plant_itsm_moment("ended_at", __("It ended at"), doc.ended_at)] },
	],
	["Class", (doc) => !doc.parent_stop, { method: "reclassify", fields: () => plant_itsm_class_fields() }],
	[
		"Split",
		(doc) => doc.status === "Ended" && !doc.parent_stop,
		{ method: "split", fields: () => [plant_itsm_moment("at", __("The second one began at"))] },
	],
	[
		"Merge",
		(doc) => doc.status === "Ended" && !doc.parent_stop,
		{ method: "merge", fields: (doc) => [plant_itsm_others_field(doc)] },
	],
];

function plant_itsm_moment(fieldname, label, value) {
	return { fieldname, fieldtype: "Datetime", label, default: value, reqd: 1 };
}

function plant_itsm_class_fields() {
	const classes = ["Unplanned", "Planned", "Changeover", "Starved or Blocked"];
	return [
		{ fieldname: "classification", fieldtype: "Select", label: __("It was"), options: classes, reqd: 1 },
		{
			fieldname: "stop_reason",
			fieldtype: "Link",
			label: __("Stop reason"),
			options: "Stop Reason",
			get_query: () => ({ filters: { enabled: 1 } }),
			mandatory_depends_on: "eval:doc.classification === 'Changeover'",
		},
	];
}

function plant_itsm_others_field(doc) {
	return {
		fieldname: "others",
		fieldtype: "MultiSelectList",
		label: __("It was one stop with"),
		reqd: 1,
		get_data: (text) =>
			frappe.db.get_link_options("Line Stop", text, { status: "Ended", name: ["!=", doc.name] }),
	};
}

function plant_itsm_ask(frm, label, { method, fields }) {
	frappe.prompt(
		[...fields(frm.doc), PLANT_ITSM_WHY],
		async (values) => {
			const args = { line_stop: frm.doc.name, ...values };
			const found = await frappe.call({
				method: `plant_itsm.api.stop_history.${method}`,
				args,
				freeze: true,
			});
			plant_itsm_show_difference(found.message);
			frm.reload_doc();
		},
		__("Correct: {0}", [__(label)]),
		__("Correct")
	);
}

function plant_itsm_show_difference(correction) {
	const escape = frappe.utils.escape_html;
	const change = correction.currency
		? format_currency(Number(correction.cost_difference), correction.currency)
		: __("not priced");
	const rows = correction.affected.map(
		(one) =>
			`<tr><td>${frappe.utils.get_form_link("Line Stop", one.line_stop, true)}</td>
				<td style="text-align: right">${escape(one.before || "–")}</td>
				<td style="text-align: right">${escape(one.after || "–")}</td></tr>`
	);
	const table = rows.length
		? `<table class="table table-sm"><thead><tr><th>${__("Line Stop")}</th>
			<th style="text-align: right">${__("Cost before")}</th>
			<th style="text-align: right">${__("Cost after")}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`
		: "";
	const proof = frappe.utils.get_form_link("Line Stop Correction", correction.name, true, __("Proof"));
	frappe.msgprint({
		title: __("Corrected"),
		indicator: "green",
		message: `<p>${__("Duration changed by {0} s, cost by {1} in all.", [correction.duration_difference, escape(change)])}
			${proof}</p>${table}`,
	});
}
