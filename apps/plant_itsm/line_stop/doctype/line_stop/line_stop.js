const API = "plant_itsm.api.line_stops";
const CODES = {
	failure_mode: "Failure Mode",
	failure_mechanism: "Failure Mechanism",
	failure_cause: "Failure Cause",
	detection_method: "Detection Method",
};
const WHEN = { fieldname: "at", fieldtype: "Datetime", label: __("When"), description: __("Empty: now.") };

frappe.ui.form.on("Line Stop", {
	setup(frm) {
		for (const [fieldname, category] of Object.entries(CODES)) {
			frm.set_query(fieldname, () => ({ filters: { category, enabled: 1 } }));
		}
	},

	async refresh(frm) {
		frm.dashboard.clear_headline();
		if (frm.is_new()) return;
		if (frm.doc.is_drill) frm.dashboard.set_headline(__("This is a drill. It counts nowhere."), "blue");
		else if (frm.doc.status === "Open") frm.dashboard.set_headline(headline(frm.doc), "red");
		const { message } = await frappe.call(`${API}.state`, { line_stop: frm.doc.name });
		show_response(frm, message);
	},
});

function headline({ kind, onset, currency, cost_per_hour }) {
	const begun = [__(kind), frappe.datetime.str_to_user(onset)];
	return currency
		? __("{0} since {1}: {2} per hour", [...begun, format_currency(cost_per_hour, currency)])
		: __("{0} since {1}: not priced", begun);
}

function show_response(frm, state) {
	if (state.next_escalation) {
		const { due_at, step } = state.next_escalation;
		const text = __("Next escalation at {0}: {1}", [frappe.datetime.str_to_user(due_at), step]);
		frm.dashboard.add_comment(frappe.utils.escape_html(text), "yellow", true);
	}
	for (const [label, is_offered, ask] of MOVES) {
		if (is_offered(state)) frm.add_custom_button(__(label), () => ask(frm), __("Respond"));
	}
}

async function send(frm, method, values = {}) {
	const args = { line_stop: frm.doc.name, ...values };
	await frappe.call({ method: `${API}.${method}`, args, freeze: true });
	frm.reload_doc();
}

function asking(title, fields, method) {
	return (frm) => frappe.prompt(fields(frm), (values) => send(frm, method, values), __(title));
}

const is_over = ({ stage }) => ["Restored", "Reviewed"].includes(stage);
const reports =
	(target) =>
	({ may }) =>
		may.includes(target);
const unfinished = (state) => !is_over(state) && state.may.length;

const MOVES = [
	["Acknowledge", reports("Acknowledged"), (frm) => send(frm, "acknowledge")],
	["Run remote diagnosis", unfinished, (frm) => send(frm, "run_diagnosis")],
	["Diagnosing", reports("Diagnosing"), (frm) => send(frm, "start_diagnosis")],
	[
		"Dispatch technician",
		reports("Dispatched"),
		asking(
			"Dispatch technician",
			() => [
				{
					fieldname: "technician",
					fieldtype: "Link",
					options: "User",
					label: __("Technician"),
					default: frappe.session.user,
					reqd: 1,
				},
				WHEN,
			],
			"dispatch"
		),
	],
	[
		"Repair begins",
		(state) => !is_over(state) && state.may.includes("Repairing"),
		asking("Repair begins", () => [WHEN], "start_repair"),
	],
	[
		"Repair estimate",
		(state) => !is_over(state) && state.repairs,
		asking(
			"Repair estimate",
			() => [{ fieldname: "minutes", fieldtype: "Int", label: __("Minutes from now"), reqd: 1 }],
			"estimate_repair"
		),
	],
	[
		"Restored",
		reports("Restored"),
		asking(
			"Restored",
			() => [WHEN, { fieldname: "note", fieldtype: "Small Text", label: __("What was done") }],
			"restore"
		),
	],
	[
		"Repair failed",
		(state) => is_over(state) && state.may.includes("Repairing"),
		asking(
			"Repair failed",
			() => [{ fieldname: "reason", fieldtype: "Small Text", label: __("Why"), reqd: 1 }, WHEN],
			"repair_failed"
		),
	],
	["Review", reports("Reviewed"), asking("Review", review_fields, "review")],
	["Tick off a step", unfinished, asking("Tick off a step", step_fields, "complete_step")],
];

function review_fields(frm) {
	const codes = Object.entries(CODES).map(([fieldname, category]) => ({
		fieldname,
		fieldtype: "Link",
		options: "ISO 14224 Code",
		label: __(category),
		default: frm.doc[fieldname],
		get_query: () => ({ filters: { category, enabled: 1 } }),
	}));
	const text = { fieldname: "root_cause", fieldtype: "Text", label: __("Root cause"), default: frm.doc.root_cause };
	return [...codes, text];
}

function step_fields(frm) {
	const open = (frm.doc.steps || []).filter((step) => !step.done_by).map((step) => step.step_name);
	return [
		{ fieldname: "step", fieldtype: "Select", options: open, label: __("Step"), reqd: 1 },
		{ fieldname: "result", fieldtype: "Small Text", label: __("Result"), reqd: 1 },
	];
}
