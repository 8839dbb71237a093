frappe.query_reports["Response"] = {
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
	],
};
