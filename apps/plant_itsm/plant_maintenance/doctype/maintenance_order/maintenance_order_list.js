const COLOURS = { Open: "orange", Scheduled: "blue", "In Progress": "yellow", Done: "green", Cancelled: "gray" };

frappe.listview_settings["Maintenance Order"] = {
	add_fields: ["planned_start", "do_by", "fails_by"],
	get_indicator({ status, do_by }) {
		const is_late = do_by && do_by < frappe.datetime.get_today() && !["Done", "Cancelled"].includes(status);
		if (is_late) return [__("Overdue"), "red", "do_by,is,set|do_by,<,Today|status,not in,Done,Cancelled"];
		return [__(status), COLOURS[status] || "gray", `status,=,${status}`];
	},
};
