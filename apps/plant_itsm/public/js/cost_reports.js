// What the cost reports share: their filters, and figures that lead to what is behind them.
frappe.provide("plant_itsm");

plant_itsm.costs = {
	filters(...more) {
		return [
			{
				fieldname: "plant_site",
				label: __("Plant Site"),
				fieldtype: "Link",
				options: "Plant Site",
				reqd: 1,
			},
			{
				fieldname: "period",
				label: __("Period (2026, 2026-Q1, 2026-03)"),
				fieldtype: "Data",
				default: String(new Date().getFullYear()),
				reqd: 1,
			},
			{
				fieldname: "production_line",
				label: __("Production Line"),
				fieldtype: "Link",
				options: "Production Line",
			},
			...more,
		];
	},
	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		const route = data && data.links && data.links[column.fieldname];
		const shown = data && data.bold ? `<b>${text}</b>` : text;
		return route && value
			? `<a href="${frappe.utils.escape_html(route)}" style="text-decoration: underline dotted">${shown}</a>`
			: shown;
	},
	// The site of somebody who has only one is filled in.
	async onload(report) {
		plant_itsm.costs.add_workbook_button(report);
		if (report.get_filter_value("plant_site")) return;
		const sites = await frappe.db.get_list("Plant Site", { limit: 2 });
		if (sites.length === 1) report.set_filter_value("plant_site", sites[0].name);
	},
	// What is shown, with a frozen header and totals.
	add_workbook_button(report) {
		report.page.add_inner_button(__("Workbook"), () => {
			const filters = JSON.stringify(report.get_filter_values());
			const asked = new URLSearchParams({ report: report.report_name, filters });
			window.open(`/api/method/plant_itsm.api.costs.workbook?${asked}`);
		});
	},
};
