frappe.query_reports["Change Success"] = {
	filters: plant_itsm.period_filters(),
};
