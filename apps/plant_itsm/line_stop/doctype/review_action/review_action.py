from frappe.model.document import Document


class ReviewAction(Document):
	pass
