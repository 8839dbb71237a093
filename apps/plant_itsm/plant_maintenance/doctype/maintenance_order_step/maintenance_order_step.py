from frappe.model.document import Document


class MaintenanceOrderStep(Document):
	pass
