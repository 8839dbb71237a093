from frappe.model.document import Document


class ReviewChange(Document):
	pass
