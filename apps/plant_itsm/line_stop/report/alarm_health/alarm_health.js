frappe.query_reports["Alarm Health"] = {
	filters: plant_itsm.period_filters({
		fieldname: "operators",
		label: __("Operators"),
		fieldtype: "Int",
		default: 1,
	}),
};
