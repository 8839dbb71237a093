frappe.query_reports["Maintenance Cost per Asset"] = {
	filters: [
		{ fieldname: "year", label: __("Year"), fieldtype: "Int", default: frappe.datetime.get_today().slice(0, 4), reqd: 1 },
		...plant_itsm.period_filters().filter(({ fieldtype }) => fieldtype === "Link"),
	],
	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		const link = data?.links?.[column.fieldname];
		return link ? `<a href="${frappe.utils.escape_html(link)}">${text}</a>` : text;
	},
};
