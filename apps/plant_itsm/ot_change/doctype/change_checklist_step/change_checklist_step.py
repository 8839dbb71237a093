from frappe.model.document import Document


class ChangeChecklistStep(Document):
	pass
