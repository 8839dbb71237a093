frappe.query_reports["Refresh or Maintain"] = {
	filters: [
		{ fieldname: "plant_site", label: __("Plant Site"), fieldtype: "Link", options: "Plant Site" },
		{
			fieldname: "production_line",
			label: __("Production Line"),
			fieldtype: "Link",
			options: "Production Line",
		},
		{
			fieldname: "ends_by",
			label: __("End of life by"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), 24),
			reqd: 1,
		},
	],
};
