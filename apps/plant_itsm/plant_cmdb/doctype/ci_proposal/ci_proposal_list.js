frappe.listview_settings["CI Proposal"] = {
	add_fields: ["status"],
	filters: [["status", "=", "Proposed"]],
	get_indicator(doc) {
		const colours = { Proposed: "orange", Accepted: "green", Merged: "blue", Ignored: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		if (!frappe.model.can_write("OT Connection")) return;
		list.page.add_inner_button(__("Discover"), () => ask_for_connection(list));
	},
};

function ask_for_connection(list) {
	frappe.prompt(
		[
			{ fieldtype: "Link", fieldname: "connection", label: __("OT Connection"), options: "OT Connection", reqd: 1 },
			{
				fieldtype: "Float",
				fieldname: "seconds",
				label: __("Seconds to wait for births"),
				default: 5,
				description: __("Of a Sparkplug connection. An OPC UA server is looked through at once."),
			},
		],
		async (values) => {
			const { message } = await frappe.call({
				method: "plant_itsm.api.proposals.discover",
				args: values,
				freeze: true,
				freeze_message: __("Looking through {0}", [values.connection]),
			});
			frappe.msgprint(frappe.utils.escape_html(message));
			list.refresh();
		},
		__("Discover devices"),
		__("Discover")
	);
}
