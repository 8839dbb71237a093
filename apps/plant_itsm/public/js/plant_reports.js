// Filters that the reports of plant_itsm share.
frappe.provide("plant_itsm");

// A period, and where: the site or the line. more: the report's own filters.
plant_itsm.period_filters = (...more) => [
	{
		fieldname: "from_date",
		label: __("From"),
		fieldtype: "Date",
		default: frappe.datetime.month_start(),
		reqd: 1,
	},
	{
		fieldname: "to_date",
		label: __("To"),
		fieldtype: "Date",
		default: frappe.datetime.get_today(),
		reqd: 1,
	},
	{
		fieldname: "plant_site",
		label: __("Plant Site"),
		fieldtype: "Link",
		options: "Plant Site",
	},
	{
		fieldname: "production_line",
		label: __("Production Line"),
		fieldtype: "Link",
		options: "Production Line",
	},
	...more,
];

// What a row stands for; the first option is the default.
plant_itsm.group_by_filter = (...options) => ({
	fieldname: "group_by",
	label: __("Group by"),
	fieldtype: "Select",
	options,
	default: options[0],
	reqd: 1,
});
