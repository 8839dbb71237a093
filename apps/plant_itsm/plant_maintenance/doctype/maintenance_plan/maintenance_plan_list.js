frappe.listview_settings["Maintenance Plan"] = {
	add_fields: ["enabled", "maintenance_order", "next_due_on"],
	get_indicator({ enabled, maintenance_order, next_due_on }) {
		if (!enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		if (maintenance_order) return [__("Ordered"), "blue", "maintenance_order,is,set"];
		if (!next_due_on) return [__("Not known when"), "orange", "next_due_on,is,not set"];
		if (next_due_on < frappe.datetime.get_today()) return [__("Overdue"), "red", "next_due_on,<,Today|enabled,=,1"];
		return [__("Waiting"), "green", "next_due_on,>=,Today|enabled,=,1"];
	},
};
