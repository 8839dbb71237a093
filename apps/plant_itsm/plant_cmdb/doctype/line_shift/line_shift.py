from frappe.model.document import Document


class LineShift(Document):
	pass
