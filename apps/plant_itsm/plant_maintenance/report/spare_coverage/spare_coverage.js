frappe.query_reports["Spare Coverage"] = {
	filters: [
		{
			fieldname: "show",
			label: __("Show"),
			fieldtype: "Select",
			options: ["", "Spare Parts", "CIs Without a Spare"],
		},
	],
};
