from frappe.model.document import Document


class AssessmentQuestion(Document):
	pass
