from frappe.model.document import Document


class ChangeWindowException(Document):
	pass
