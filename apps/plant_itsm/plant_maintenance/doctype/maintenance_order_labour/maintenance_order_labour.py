from frappe.model.document import Document


class MaintenanceOrderLabour(Document):
	pass
