{% include "plant_itsm/public/js/cost_reports.js" %}

frappe.query_reports["Budget vs Actual"] = {
	filters: plant_itsm.costs.filters(),
	formatter: plant_itsm.costs.formatter,
	onload: plant_itsm.costs.onload,
	tree: true,
	initial_depth: 1,
};
