from frappe.model.document import Document


class MaintenancePlanStep(Document):
	pass
