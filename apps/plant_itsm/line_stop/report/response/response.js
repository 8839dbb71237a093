frappe.query_reports["Response"] = {
	filters: plant_itsm.period_filters(),
};
