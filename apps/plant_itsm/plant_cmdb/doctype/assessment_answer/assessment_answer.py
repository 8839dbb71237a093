from frappe.model.document import Document


class AssessmentAnswer(Document):
	pass
