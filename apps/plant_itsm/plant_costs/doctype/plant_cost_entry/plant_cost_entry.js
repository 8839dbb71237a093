frappe.ui.form.on("Plant Cost Entry", {
	refresh(frm) {
		const is_open = frm.doc.docstatus === 1 && !frm.doc.reversed_by && !frm.doc.reverses;
		if (!is_open || !frappe.model.can_submit("Plant Cost Entry")) return;
		frm.add_custom_button(__("Reverse"), () => {
			frappe.prompt(
				[
					{
						fieldname: "on",
						label: __("On a day of an open period"),
						fieldtype: "Date",
						default: frappe.datetime.get_today(),
						reqd: 1,
					},
					{ fieldname: "reason", label: __("Reason"), fieldtype: "Small Text", reqd: 1 },
				],
				async (values) => {
					const { message } = await frappe.call({
						method: "plant_itsm.api.costs.reverse_entry",
						args: { entry: frm.doc.name, ...values },
						freeze: true,
					});
					frappe.set_route("Form", "Plant Cost Entry", message);
				},
				__("Reverse {0}", [frm.doc.name]),
				__("Reverse"),
			);
		});
	},
});
