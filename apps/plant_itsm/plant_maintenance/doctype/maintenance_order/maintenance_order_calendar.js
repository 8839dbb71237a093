frappe.views.calendar["Maintenance Order"] = {
	field_map: { start: "planned_start", end: "planned_end", id: "name", title: "title", allDay: "all_day" },
	gantt: true,
	filters: [
		{ fieldtype: "Link", fieldname: "ci", options: "OT CI", label: __("CI") },
		{ fieldtype: "Link", fieldname: "assigned_to", options: "User", label: __("Assigned to") },
	],
	get_events_method: "frappe.desk.calendar.get_events",
	get_css_class: ({ status }) =>
		({ Scheduled: "success", "In Progress": "warning", Cancelled: "danger" })[status] || "",
};
