const API = "plant_itsm.api.maintenance";

frappe.ui.form.on("Maintenance Plan", {
	refresh(frm) {
		if (frm.is_new()) return;
		say_when(frm);
		if (!frm.perm[0].write || !frm.doc.enabled) return;
		frm.add_custom_button(__("Look Again"), () => act(frm, "look_again"));
		if (!frm.doc.maintenance_order) frm.add_custom_button(__("Order Now"), () => act(frm, "order_now"));
	},

	setup: (frm) => frm.set_query("meter", ({ ci }) => ({ filters: { ci } })),
});

function say_when(frm) {
	const { enabled, maintenance_order, next_due_on } = frm.doc;
	if (!enabled) return;
	if (maintenance_order) {
		frm.dashboard.set_headline(__("{0} is open for it", [maintenance_order]), "blue");
	} else if (!next_due_on) {
		frm.dashboard.set_headline(__("It cannot be told when it is due"), "orange");
	} else {
		const is_late = next_due_on < frappe.datetime.get_today();
		const day = frappe.datetime.str_to_user(next_due_on);
		frm.dashboard.set_headline(is_late ? __("Due since {0}", [day]) : __("Due on {0}", [day]), is_late ? "red" : "green");
	}
}

async function act(frm, method) {
	if (frm.is_dirty()) await frm.save();
	await frappe.call({ method: `${API}.${method}`, args: { plan: frm.doc.name }, freeze: true });
	frm.reload_doc();
}
