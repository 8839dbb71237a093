frappe.views.calendar["Change Window"] = {
	field_map: { start: "starts_at", end: "ends_at", id: "name", title: "title", allDay: "all_day" },
	gantt: false,
	filters: [
		{ fieldtype: "Link", fieldname: "plant_site", options: "Plant Site", label: __("Plant site") },
		{ fieldtype: "Select", fieldname: "kind", label: __("Kind") },
	],
	get_events_method: "plant_itsm.api.changes.window_events",
	get_css_class: ({ kind }) => (kind === "Freeze" ? "danger" : "success"),
};
