frappe.listview_settings["Change Window"] = {
	onload(listview) {
		listview.page.add_inner_button(__("iCalendar"), () =>
			window.open("/api/method/plant_itsm.api.changes.windows_as_icalendar"),
		);
	},
};
