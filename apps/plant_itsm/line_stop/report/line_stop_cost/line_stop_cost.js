frappe.query_reports["Line Stop Cost"] = {
	filters: plant_itsm.period_filters(plant_itsm.group_by_filter("Line", "CI", "Kind", "Incident")),
};
