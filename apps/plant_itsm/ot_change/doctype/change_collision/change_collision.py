from frappe.model.document import Document


class ChangeCollision(Document):
	pass
