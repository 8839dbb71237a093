from frappe.model.document import Document


class ConditionZone(Document):
	pass
