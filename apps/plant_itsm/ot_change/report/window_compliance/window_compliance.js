frappe.query_reports["Window Compliance"] = {
	filters: plant_itsm.period_filters(),
};
