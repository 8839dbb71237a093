frappe.query_reports["Reliability"] = {
	filters: plant_itsm.period_filters(plant_itsm.group_by_filter("Line", "CI")),
};
