from frappe.model.document import Document


class AssessmentAssetCount(Document):
	pass
