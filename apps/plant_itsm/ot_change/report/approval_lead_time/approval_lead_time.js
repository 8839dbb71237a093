frappe.query_reports["Approval Lead Time"] = {
	filters: plant_itsm.period_filters(),
};
