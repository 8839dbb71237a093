from frappe.model.document import Document


class MaintenanceOrderPlan(Document):
	pass
