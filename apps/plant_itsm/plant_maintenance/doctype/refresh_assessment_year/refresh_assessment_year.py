from frappe.model.document import Document


class RefreshAssessmentYear(Document):
	pass
