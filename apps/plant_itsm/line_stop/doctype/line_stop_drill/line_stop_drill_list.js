const COLOURS = {
	Queued: "blue",
	Running: "orange",
	Suppressed: "yellow",
	Refused: "red",
	"Cleaned Up": "green",
};

frappe.listview_settings["Line Stop Drill"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator: ({ status }) => [__(status), COLOURS[status], `status,=,${status}`],
};
