frappe.query_reports["Reliability"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.month_start(),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "plant_site",
			label: __("Plant Site"),
			fieldtype: "Link",
			options: "Plant Site",
		},
		{
			fieldname: "production_line",
			label: __("Production Line"),
			fieldtype: "Link",
			options: "Production Line",
		},
		{
			fieldname: "group_by",
			label: __("Group by"),
			fieldtype: "Select",
			options: ["Line", "CI"],
			default: "Line",
			reqd: 1,
		},
	],
};
