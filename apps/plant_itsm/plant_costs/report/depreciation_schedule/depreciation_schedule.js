{% include "plant_itsm/public/js/cost_reports.js" %}

frappe.query_reports["Depreciation Schedule"] = {
	filters: [
		{
			fieldname: "plant_site",
			label: __("Plant Site"),
			fieldtype: "Link",
			options: "Plant Site",
		},
		{
			fieldname: "capital_asset",
			label: __("Capital Asset"),
			fieldtype: "Link",
			options: "Capital Asset",
		},
		{
			fieldname: "group_by",
			label: __("Group by"),
			fieldtype: "Select",
			options: ["Year", "Month"],
			default: "Year",
			reqd: 1,
		},
	],
	onload: plant_itsm.costs.add_workbook_button,
};
