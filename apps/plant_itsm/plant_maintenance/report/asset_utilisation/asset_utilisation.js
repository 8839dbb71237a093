frappe.query_reports["Asset Utilisation"] = { filters: plant_itsm.period_filters() };
