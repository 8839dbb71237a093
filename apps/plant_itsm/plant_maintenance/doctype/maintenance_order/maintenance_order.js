const API = "plant_itsm.api.maintenance";
const OVER = ["Done", "Cancelled"];

frappe.ui.form.on("Maintenance Order", {
	refresh(frm) {
		if (frm.is_new()) return;
		say_what_is_urgent(frm);
		if (!frm.perm[0].write) return;
		if (!OVER.includes(frm.doc.status)) work_buttons(frm);
		if (frm.doc.status === "Done" && !frm.doc.stock_entry) {
			frm.add_custom_button(__("Stock Entry"), () => make_stock_entry(frm), __("Create"));
		}
	},
});

function work_buttons(frm) {
	if (["Open", "Scheduled"].includes(frm.doc.status)) {
		frm.add_custom_button(__("Find a Slot"), () => find_slots(frm));
		frm.add_custom_button(__("Schedule"), () => ask_time(frm));
		frm.add_custom_button(__("Start"), () => act(frm, "start"));
		if (!frm.doc.change_request) {
			frm.add_custom_button(__("Change Request"), () => act(frm, "make_change"), __("Create"));
		}
	}
	frm.add_custom_button(__("Complete"), () => complete(frm));
}

function say_what_is_urgent(frm) {
	const { status, fails_by, do_by, planned_start, planned_end } = frm.doc;
	if (OVER.includes(status)) return;
	if (fails_by && !planned_start) {
		frm.dashboard.set_headline(__("No time lies before the failure that is predicted by {0}", [user_time(fails_by)]), "red");
	} else if (do_by && do_by < frappe.datetime.get_today()) {
		frm.dashboard.set_headline(__("Overdue since {0}", [frappe.datetime.str_to_user(do_by)]), "red");
	} else if (planned_start) {
		frm.dashboard.set_headline(__("Planned from {0} to {1}", [user_time(planned_start), user_time(planned_end)]), "blue");
	}
}

async function act(frm, method, more = {}) {
	if (frm.is_dirty()) await frm.save();
	await frappe.call({ method: `${API}.${method}`, args: { order: frm.doc.name, ...more }, freeze: true });
	frm.reload_doc();
}

function ask_time(frm) {
	const field = { fieldname: "starts_at", fieldtype: "Datetime", label: __("Start"), reqd: 1, default: frm.doc.planned_start };
	frappe.prompt(field, ({ starts_at }) => act(frm, "schedule", { starts_at }), __("Schedule"), __("Schedule"));
}

function complete(frm) {
	const fields = [
		{
			fieldname: "finding",
			fieldtype: "Select",
			label: __("What did the work find?"),
			options: ["", "Failure Found", "No Fault Found"],
			default: (frm.doc.steps || []).some(({ finding }) => finding) ? "Failure Found" : "",
			reqd: 1,
		},
		{ fieldname: "note", fieldtype: "Small Text", label: __("In words"), default: frm.doc.findings_note },
	];
	frappe.prompt(fields, (values) => act(frm, "complete", values), __("Complete"), __("Complete"));
}

async function make_stock_entry(frm) {
	const args = { order: frm.doc.name };
	const { message } = await frappe.call({ method: `${API}.make_stock_entry`, args, freeze: true });
	frappe.set_route("Form", "Stock Entry", message);
}

async function find_slots(frm) {
	if (frm.is_dirty()) await frm.save();
	const args = { order: frm.doc.name };
	const { message } = await frappe.call({ method: `${API}.find_slots`, args, freeze: true });
	const dialog = new frappe.ui.Dialog({
		title: __("Times for {0}", [frm.doc.name]),
		size: "extra-large",
		fields: [{ fieldname: "table", fieldtype: "HTML" }],
	});
	dialog.fields_dict.table.$wrapper.html(slot_table(message)).on("click", "[data-start]", ({ currentTarget }) => {
		dialog.hide();
		act(frm, "schedule", { starts_at: currentTarget.dataset.start });
	});
	dialog.show();
}

function slot_table(slots) {
	if (!slots.length) return `<p class="text-muted">${__("No window of the kind is free in time.")}</p>`;
	const lowest = Math.min(...slots.map(cost_of));
	const best = slots.find((slot) => cost_of(slot) === lowest);
	const head = [__("Window"), __("Time"), __("Expected cost"), __("How that comes about"), ""];
	return `<table class="table table-sm">
		<thead><tr>${head.map((title) => `<th>${title}</th>`).join("")}</tr></thead>
		<tbody>${slots.map((slot) => slot_row(slot, slot === best && best.expected_cost)).join("")}</tbody>
	</table>`;
}

const cost_of = ({ expected_cost }) => (expected_cost ? Number(expected_cost.amount) : 0);

function slot_row(slot, is_best) {
	const start = site_time(slot.starts_at);
	const money = slot.expected_cost ? format_currency(cost_of(slot), slot.expected_cost.currency) : "–";
	const cells = [
		frappe.utils.escape_html(slot.window || ""),
		`${user_time(start)} – ${user_time(site_time(slot.ends_at))}`,
		is_best ? `<b>${money}</b><br><span class="text-muted">${__("lowest")}</span>` : money,
		frappe.utils.escape_html(slot.explanation || ""),
		`<button class="btn btn-xs ${is_best ? "btn-primary" : "btn-default"}" data-start="${start}">${__("Take")}</button>`,
	];
	return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

const site_time = (iso) => moment.utc(iso).tz(frappe.boot.time_zone.system).format("YYYY-MM-DD HH:mm:ss");
const user_time = (text) => frappe.datetime.str_to_user(text);

frappe.ui.form.on("Maintenance Order Labour", {
	labour_add: (frm, doctype, name) => frappe.model.set_value(doctype, name, "person", frappe.session.user),
});
