frappe.ui.form.on("Plant Load", {
	refresh(frm) {
		if (frm.doc.status !== "Loaded" || !frappe.model.can_write("Plant Load")) return;
		frm.add_custom_button(__("Unload"), () => ask(frm));
	},
});

function ask(frm) {
	const text = __("Remove the {0} records that this load has added, and nothing else?", [frm.doc.added]);
	frappe.confirm(text, async () => {
		const { message: removed } = await frappe.call({
			method: "plant_itsm.api.plant_loads.unload",
			args: { load: frm.doc.name },
			freeze: true,
		});
		frappe.show_alert({ message: __("{0} records removed", [removed]), indicator: "green" });
		frm.reload_doc();
	});
}
