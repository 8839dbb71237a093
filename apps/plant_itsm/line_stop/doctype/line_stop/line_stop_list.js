frappe.listview_settings["Line Stop"] = {
	add_fields: ["kind", "status", "currency"],
	filters: [["status", "=", "Open"]],
	hide_name_column: true,
	get_indicator(doc) {
		const colour = doc.status === "Open" ? "red" : "green";
		return [`${__(doc.status)}: ${__(doc.kind)}`, colour, `status,=,${doc.status}`];
	},
};
