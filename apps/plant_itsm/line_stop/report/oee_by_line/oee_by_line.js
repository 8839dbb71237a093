frappe.query_reports["OEE by Line"] = {
	filters: plant_itsm.period_filters(plant_itsm.group_by_filter("Line", "Day", "Shift", "Line and Day", "Line and Shift")),
};
