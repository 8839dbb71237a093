from frappe.model.document import Document


class AssessmentLineCost(Document):
	pass
