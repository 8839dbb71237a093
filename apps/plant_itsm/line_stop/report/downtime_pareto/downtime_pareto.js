frappe.query_reports["Downtime Pareto"] = {
	filters: plant_itsm.period_filters(plant_itsm.group_by_filter("Reason", "Loss", "CI", "Line")),
};
