{% include "plant_itsm/public/js/cost_reports.js" %}

frappe.query_reports["Cost per Unit Trend"] = {
	filters: plant_itsm.costs.filters(),
	formatter: plant_itsm.costs.formatter,
	onload: plant_itsm.costs.onload,
};
