from frappe.model.document import Document


class ComponentRevision(Document):
	pass
