// In which colour the Gantt draws a change.
const COLOURS_OF_STATES = {
	Draft: "#c0c6cc",
	Assessed: "#c0c6cc",
	"In Approval": "#e0b44c",
	Scheduled: "#2490ef",
	"In Progress": "#e07b39",
	Verified: "#29a36a",
	Closed: "#29a36a",
	"Rolled Back": "#cb2929",
	Rejected: "#cb2929",
	Cancelled: "#c0c6cc",
};

frappe.views.calendar["OT Change Request"] = {
	field_map: {
		start: "planned_start",
		end: "planned_end",
		id: "name",
		title: "title",
		allDay: "all_day",
		// asked for each bar before its colour is read, and the only place where a colour can be given
		progress(change) {
			change.color = COLOURS_OF_STATES[change.status];
			return 0;
		},
	},
	gantt: true,
	filters: [
		{ fieldtype: "Link", fieldname: "plant_site", options: "Plant Site", label: __("Plant site") },
		{ fieldtype: "Link", fieldname: "change_type", options: "OT Change Type", label: __("Type") },
	],
	get_events_method: "frappe.desk.calendar.get_events",
	get_css_class: ({ status }) =>
		({ Scheduled: "success", "In Progress": "warning", "Rolled Back": "danger" })[status] || "",
};
