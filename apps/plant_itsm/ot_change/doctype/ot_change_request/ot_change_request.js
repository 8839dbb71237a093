const API = "plant_itsm.api.changes";
const BEFORE_START = ["Draft", "Assessed", "In Approval", "Scheduled"];
const SLOTS = 5;

frappe.ui.form.on("OT Change Request", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (BEFORE_START.includes(frm.doc.status)) {
			frm.add_custom_button(__("Find a Window"), () => find_windows(frm));
		}
		if (["Assessed", "In Approval"].includes(frm.doc.status) || frm.doc.category === "Emergency") {
			for (const decision of ["Approved", "Rejected"]) {
				frm.add_custom_button(__(decision), () => decide(frm, decision), __("Decide"));
			}
		}
		if (frm.doc.documents_overdue) {
			frm.dashboard.set_headline(__("The documents of this emergency are overdue"), "red");
		}
	},

	category: (frm) => frm.refresh(),
});

async function decide(frm, decision) {
	const fields = [
		{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment"), reqd: 1 },
		{ fieldname: "on_behalf_of", fieldtype: "Link", options: "User", label: __("On behalf of") },
	];
	frappe.prompt(fields, async (values) => {
		const args = { change: frm.doc.name, decision, ...values };
		await frappe.call({ method: `${API}.decide`, args, freeze: true });
		frm.reload_doc();
	}, __(decision));
}

async function find_windows(frm) {
	if (frm.is_dirty()) await frm.save();
	const args = { change: frm.doc.name, count: SLOTS };
	const { message } = await frappe.call({ method: `${API}.find_windows`, args, freeze: true });
	const dialog = new frappe.ui.Dialog({
		title: __("Windows for {0}", [frm.doc.name]),
		size: "extra-large",
		fields: [{ fieldname: "table", fieldtype: "HTML" }],
	});
	dialog.fields_dict.table.$wrapper.html(table(message)).on("click", "[data-start]", async ({ currentTarget }) => {
		dialog.hide();
		await frm.set_value("planned_start", currentTarget.dataset.start);
		frm.save();
	});
	dialog.show();
}

function table({ slots, later, more_later, unavoidable }) {
	const rows = slots.flatMap((slot) => [
		...slot.earlier.map(rejected),
		more(slot.more_earlier),
		feasible(slot),
	]);
	const rest = slots.length < SLOTS ? [...later.map(rejected), more(more_later)] : [];
	const always = unavoidable.map(({ text }) => row("", __("at any time"), text, "", "text-danger"));
	const head = [__("Window"), __("Time"), __("Why not, or what it costs"), ""];
	return `<table class="table table-sm">
		<thead><tr>${head.map((title) => `<th>${title}</th>`).join("")}</tr></thead>
		<tbody>${[...always, ...rows, ...rest].join("") || nothing()}</tbody>
	</table>`;
}

function feasible(slot) {
	const start = local(slot.starts_at);
	const costs = [
		slot.money_at_risk && __("{0} at risk", [money(slot.money_at_risk)]),
		slot.cost_of_waiting && __("{0} expected for waiting", [money(slot.cost_of_waiting)]),
		...slot.delayed_by.map(({ text }) => __("after: {0}", [text])),
	].filter(Boolean);
	const take = `<button class="btn btn-xs btn-primary" data-start="${start}">${__("Take")}</button>`;
	return row(slot.window, times(slot.starts_at, slot.ends_at), costs.join("; ") || __("Nothing is at risk"), take);
}

function rejected({ window, window_starts_at, window_ends_at, text }) {
	return row(window, times(window_starts_at, window_ends_at), text, "", "text-muted");
}

function row(window, time, text, button, style = "") {
	const cells = [window, time, text].map((cell) => `<td>${frappe.utils.escape_html(cell)}</td>`);
	return `<tr class="${style}">${cells.join("")}<td>${button}</td></tr>`;
}

const more = (count) => (count ? row("", "", __("{0} more do not do", [count]), "", "text-muted") : "");
const nothing = () => row("", "", __("There is no window of that kind for all its CIs within a year."), "");
const money = ({ amount, currency }) => format_currency(Number(amount), currency);
const local = (iso) => moment.utc(iso).tz(frappe.boot.time_zone.system).format("YYYY-MM-DD HH:mm:ss");
const times = (start, end) =>
	`${frappe.datetime.str_to_user(local(start))} – ${frappe.datetime.str_to_user(local(end))}`;
