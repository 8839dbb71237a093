frappe.views.calendar["Maintenance Plan"] = {
	field_map: { start: "next_due_on", end: "next_due_on", id: "name", title: "plan_name", allDay: "all_day" },
	gantt: false,
	filters: [{ fieldtype: "Link", fieldname: "ci", options: "OT CI", label: __("CI") }],
	get_events_method: "frappe.desk.calendar.get_events",
	get_css_class: ({ maintenance_order }) => (maintenance_order ? "success" : ""),
};
