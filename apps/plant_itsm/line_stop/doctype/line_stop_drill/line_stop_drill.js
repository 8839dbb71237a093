frappe.ui.form.on("Line Stop Drill", {
	refresh(frm) {
		if (!["Queued", "Running"].includes(frm.doc.status) || !frappe.model.can_write("Line Stop Drill")) return;
		frm.add_custom_button(__("Clean up"), async () => {
			await plant_itsm.drill.clean_up(frm.doc.name);
			frm.reload_doc();
		});
	},
});
