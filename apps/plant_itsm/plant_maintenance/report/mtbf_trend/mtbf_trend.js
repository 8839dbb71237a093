frappe.query_reports["MTBF Trend"] = {
	filters: plant_itsm.period_filters().map((filter) =>
		filter.fieldname === "from_date"
			? { ...filter, default: frappe.datetime.add_months(frappe.datetime.get_today(), -12) }
			: filter
	),
};
