frappe.views.calendar["OT Change Request"] = {
	field_map: { start: "planned_start", end: "planned_end", id: "name", title: "title", allDay: "all_day" },
	gantt: true,
	filters: [
		{ fieldtype: "Link", fieldname: "plant_site", options: "Plant Site", label: __("Plant site") },
		{ fieldtype: "Link", fieldname: "change_type", options: "OT Change Type", label: __("Type") },
	],
	get_events_method: "frappe.desk.calendar.get_events",
	get_css_class: ({ status }) =>
		({ Scheduled: "success", "In Progress": "warning", "Rolled Back": "danger" })[status] || "",
};
