frappe.query_reports["Unauthorised Changes"] = {
	filters: plant_itsm.period_filters(),
};
