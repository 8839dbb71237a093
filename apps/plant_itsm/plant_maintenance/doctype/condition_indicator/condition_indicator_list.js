frappe.listview_settings["Condition Indicator"] = {
	add_fields: ["zone", "severity", "unit"],
	get_indicator({ zone, severity }) {
		const colour = { Good: "green", Acceptable: "blue", Warning: "orange", Alarm: "red" }[severity] || "gray";
		const text = zone ? __("Zone {0}: {1}", [zone, __(severity)]) : __("No zone");
		return [text, colour, severity ? `severity,=,${severity}` : "zone,is,not set"];
	},
};
