from frappe.model.document import Document


class ChangeEmergencyRole(Document):
	pass
