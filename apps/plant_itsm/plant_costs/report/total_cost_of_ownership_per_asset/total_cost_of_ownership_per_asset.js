{% include "plant_itsm/public/js/cost_reports.js" %}

frappe.query_reports["Total Cost of Ownership per Asset"] = {
	filters: plant_itsm.costs.filters(),
	formatter: plant_itsm.costs.formatter,
	onload: plant_itsm.costs.onload,
};
