frappe.listview_settings["Line Stop"] = {
	add_fields: ["kind", "status", "currency", "is_drill"],
	filters: [["status", "=", "Open"]],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.is_drill) return [__("Drill"), "blue", "is_drill,=,1"];
		const colour = doc.status === "Open" ? "red" : "green";
		return [`${__(doc.status)}: ${__(doc.kind)}`, colour, `status,=,${doc.status}`];
	},
};
