from frappe.model.document import Document


class MaintenanceOrderPart(Document):
	pass
