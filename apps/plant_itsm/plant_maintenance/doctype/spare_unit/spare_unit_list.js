const COLOURS = { Ready: "green", Reserved: "orange", "In Use": "blue", "In Repair": "yellow", Scrapped: "gray" };

frappe.listview_settings["Spare Unit"] = {
	add_fields: ["test_passed"],
	get_indicator: ({ state }) => [__(state), COLOURS[state] || "gray", `state,=,${state}`],
};
