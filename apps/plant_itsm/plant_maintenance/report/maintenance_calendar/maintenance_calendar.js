frappe.query_reports["Maintenance Calendar"] = {
	filters: plant_itsm.period_filters().map((filter) => ({
		...filter,
		...{
			from_date: { default: frappe.datetime.month_start() },
			to_date: { default: frappe.datetime.add_days(frappe.datetime.get_today(), 60) },
		}[filter.fieldname],
	})),
};
