from frappe.model.document import Document


class ChangeLine(Document):
	pass
