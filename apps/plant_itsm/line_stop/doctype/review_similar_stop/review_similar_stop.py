from frappe.model.document import Document


class ReviewSimilarStop(Document):
	pass
