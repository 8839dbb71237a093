frappe.ui.form.on("OT Connection", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) return;
		frm.add_custom_button(__("Test connection"), async () => {
			if (frm.is_dirty()) await frm.save();
			plant_itsm.connections.test(frm.doc.name);
		});
		frm.add_custom_button(__("Browse"), () => plant_itsm.connections.browse(frm.doc));
	},
});
