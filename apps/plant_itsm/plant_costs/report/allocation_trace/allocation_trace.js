{% include "plant_itsm/public/js/cost_reports.js" %}

frappe.query_reports["Allocation Trace"] = {
	filters: plant_itsm.costs.filters({
			fieldname: "cost_pool",
			label: __("Cost Pool"),
			fieldtype: "Link",
			options: "Cost Pool",
		},
		{
			fieldname: "category",
			label: __("Category"),
			fieldtype: "Link",
			options: "Cost Category",
		},
		{
			fieldname: "receiver",
			label: __("Passed on to"),
			fieldtype: "Data",
		}),
	formatter: plant_itsm.costs.formatter,
	onload: plant_itsm.costs.onload,
};
