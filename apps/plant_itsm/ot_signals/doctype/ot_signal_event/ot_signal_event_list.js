frappe.listview_settings["OT Signal Event"] = {
	add_fields: ["transition"],
	hide_name_column: true,
	get_indicator(doc) {
		const colour = doc.transition === "Raised" ? "red" : "green";
		return [__(doc.transition), colour, `transition,=,${doc.transition}`];
	},
};
