const COLOURS = {
	"In Approval": "orange",
	Scheduled: "blue",
	"In Progress": "yellow",
	Verified: "green",
	Closed: "gray",
	"Rolled Back": "red",
	Rejected: "red",
};

frappe.listview_settings["OT Change Request"] = {
	add_fields: ["planned_end", "status"],
	get_indicator: ({ status }) => [__(status), COLOURS[status] || "gray", `status,=,${status}`],
};
