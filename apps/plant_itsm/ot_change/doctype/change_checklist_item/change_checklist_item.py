from frappe.model.document import Document


class ChangeChecklistItem(Document):
	pass
