from frappe.model.document import Document


class LineBreak(Document):
	pass
