frappe.ui.form.on("Cost Feed Rule", {
	refresh(frm) {
		if (!frappe.boot.versions.erpnext) {
			frm.set_intro(__("It takes costs from documents of ERPNext, which this site does not have."), "orange");
		}
	},
});
