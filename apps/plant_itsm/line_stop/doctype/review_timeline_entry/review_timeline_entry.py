from frappe.model.document import Document


class ReviewTimelineEntry(Document):
	pass
