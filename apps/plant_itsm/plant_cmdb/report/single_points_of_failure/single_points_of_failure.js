frappe.query_reports["Single Points of Failure"] = {
	filters: [{ fieldname: "top", label: __("How many"), fieldtype: "Int", default: 50 }],
};
