const COLOURS = { Pending: "orange", "Below Threshold": "gray", Ordered: "blue", Escalated: "red", "Too Late": "red" };

frappe.listview_settings["Failure Prediction"] = {
	add_fields: ["probability", "horizon_days"],
	get_indicator: ({ status }) => [__(status), COLOURS[status] || "gray", `status,=,${status}`],
};
