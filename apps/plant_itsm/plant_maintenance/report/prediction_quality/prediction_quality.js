frappe.query_reports["Prediction Quality"] = {
	filters: [
		{
			fieldname: "model",
			label: __("Model"),
			fieldtype: "Data",
			description: __("Part of its name. The chart shows the model that was judged most often."),
		},
	],
};
