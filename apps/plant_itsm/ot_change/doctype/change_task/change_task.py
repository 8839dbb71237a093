from frappe.model.document import Document


class ChangeTask(Document):
	pass
