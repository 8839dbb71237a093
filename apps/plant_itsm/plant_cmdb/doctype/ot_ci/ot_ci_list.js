frappe.listview_settings["OT CI"] = {
	onload(list) {
		list.page.add_actions_menu_item(__("Print QR labels"), () => {
			const names = JSON.stringify(list.get_checked_items(true));
			open_url_post("/api/method/plant_itsm.api.labels.sheet", { names }, true);
		});
	},
};
