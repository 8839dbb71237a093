frappe.listview_settings["Alarm Flood"] = {
	add_fields: ["ended_at"],
	hide_name_column: true,
	get_indicator(doc) {
		return doc.ended_at
			? [__("Over"), "green", "ended_at,is,set"]
			: [__("Lasts"), "red", "ended_at,is,not set"];
	},
};
