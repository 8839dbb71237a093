frappe.ui.form.on("Failure Prediction", {
	refresh(frm) {
		if (frm.is_new()) return;
		const { maintenance_order, status, note } = frm.doc;
		if (maintenance_order) {
			frm.add_custom_button(__("Maintenance Order"), () =>
				frappe.set_route("Form", "Maintenance Order", maintenance_order),
			);
		}
		if (status !== "Pending") return;
		if (note) frm.dashboard.set_headline(frappe.utils.escape_html(note), "orange");
		if (frm.perm[0].write) frm.add_custom_button(__("Follow Now"), () => follow(frm));
	},
});

async function follow(frm) {
	const args = { prediction: frm.doc.name };
	await frappe.call({ method: "plant_itsm.api.maintenance.follow_prediction", args, freeze: true });
	frm.reload_doc();
}
