frappe.ui.form.on("Spare Part", {
	refresh(frm) {
		if (frm.is_new()) return;
		const lists = { "Spare Unit": __("Units"), "Spare Movement": __("Movements") };
		for (const [doctype, label] of Object.entries(lists)) {
			frm.add_custom_button(label, () => frappe.set_route("List", doctype, { spare_part: frm.doc.name }));
		}
		frm.add_custom_button(__("What to Order?"), () => propose(frm));
		frm.add_custom_button(__("Days of Supply"), () => frappe.set_route("query-report", "Spare Coverage"));
	},
});

async function propose(frm) {
	const args = { spare_part: frm.doc.name };
	const { message } = await frappe.call({ method: "plant_itsm.api.spares.proposal", args });
	const may_order = message.quantity && frm.doc.erpnext_item_code && frappe.model.can_create("Material Request");
	const text = frappe.utils.escape_html(message.explanation);
	if (!may_order) {
		frappe.msgprint({ title: __("Reorder Proposal"), message: text });
		return;
	}
	frappe.confirm(`${text}<br><br>${__("Make a Material Request?")}`, () => order(frm));
}

async function order(frm) {
	const args = { spare_part: frm.doc.name };
	const { message } = await frappe.call({ method: "plant_itsm.api.spares.order", args, freeze: true });
	await frm.reload_doc();
	frappe.set_route("Form", "Material Request", message);
}
