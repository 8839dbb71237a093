frappe.ui.form.on("Showback Statement", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Entries"), () => {
			frappe.set_route("List", "Plant Cost Entry", {
				plant_site: frm.doc.plant_site,
				docstatus: 1,
				posting_date: ["between", [frm.doc.from_month, frm.doc.to_month]],
			});
		});
		if (frm.doc.journal_entry) {
			frm.add_custom_button(__("Journal Entry"), () => {
				frappe.set_route("Form", "Journal Entry", frm.doc.journal_entry);
			});
		} else if (frm.doc.docstatus === 1 && frappe.model.can_create("Journal Entry")) {
			frm.add_custom_button(__("Charge the receivers"), async () => {
				const { message } = await frappe.call({
					method: "plant_itsm.api.costs.charge_statement",
					args: { statement: frm.doc.name },
					freeze: true,
				});
				frappe.set_route("Form", "Journal Entry", message);
			});
		}
	},
});
