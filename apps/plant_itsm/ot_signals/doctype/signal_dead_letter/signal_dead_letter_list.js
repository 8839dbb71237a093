frappe.listview_settings["Signal Dead Letter"] = {
	filters: [["received_time", "Timespan", "last 7 days"]],
	hide_name_column: true,
	get_indicator(doc) {
		return [__("Not judged"), "orange", `connection,=,${doc.connection}`];
	},
};
