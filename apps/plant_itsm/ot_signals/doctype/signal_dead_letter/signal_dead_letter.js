frappe.ui.form.on("Signal Dead Letter", {
	refresh(frm) {
		const { replay_outcome } = frm.doc;
		if ((replay_outcome && replay_outcome !== "Queued") || !frappe.model.can_write("OT Connection")) return;
		const { replay } = frappe.listview_settings["Signal Dead Letter"];
		frm.add_custom_button(__("Replay"), () => replay([frm.doc.name], () => frm.reload_doc()));
	},
});
