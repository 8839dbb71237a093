from frappe.model.document import Document


class ChangeTemplateCI(Document):
	pass
