frappe.listview_settings["Plant Cost Entry"] = {
	onload(list) {
		if (!frappe.model.can_submit("Plant Cost Entry")) return;
		list.page.add_inner_button(__("Post a File"), () => {
			new frappe.ui.FileUploader({
				allow_multiple: false,
				restrictions: { allowed_file_types: [".csv", ".xlsx"] },
				async on_success(file) {
					const { message } = await frappe.call({
						method: "plant_itsm.api.costs.post_file",
						args: { file_url: file.file_url },
						freeze: true,
					});
					frappe.msgprint({ title: __("Posted"), message: frappe.utils.escape_html(message) });
					list.refresh();
				},
			});
		});
	},
};
