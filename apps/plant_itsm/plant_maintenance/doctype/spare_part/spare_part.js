frappe.ui.form.on("Spare Part", {
	refresh(frm) {
		if (frm.is_new()) return;
		const lists = { "Spare Unit": __("Units"), "Spare Movement": __("Movements") };
		for (const [doctype, label] of Object.entries(lists)) {
			frm.add_custom_button(label, () => frappe.set_route("List", doctype, { spare_part: frm.doc.name }));
		}
		frm.add_custom_button(__("Days of Supply"), () => frappe.set_route("query-report", "Spare Coverage"));
	},
});
