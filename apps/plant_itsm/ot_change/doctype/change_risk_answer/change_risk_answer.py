from frappe.model.document import Document


class ChangeRiskAnswer(Document):
	pass
