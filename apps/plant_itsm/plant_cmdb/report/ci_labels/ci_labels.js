frappe.query_reports["CI Labels"] = {
	filters: [
		{ fieldname: "plant_site", label: __("Plant site"), fieldtype: "Link", options: "Plant Site" },
		{ fieldname: "production_line", label: __("Production line"), fieldtype: "Link", options: "Production Line" },
		{ fieldname: "ci_class", label: __("Class"), fieldtype: "Link", options: "CI Class" },
		{ fieldname: "label", label: __("Label"), fieldtype: "Select", options: ["", "Printed", "Missing"] },
	],
	onload(report) {
		report.page.add_inner_button(__("Print QR labels"), () => {
			const names = JSON.stringify(report.data.map((row) => row.name));
			open_url_post("/api/method/plant_itsm.api.labels.sheet", { names }, true);
		});
	},
};
