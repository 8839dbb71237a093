from frappe.model.document import Document


class ChangeCI(Document):
	pass
