from frappe.model.document import Document


class ChangeRiskQuestion(Document):
	pass
