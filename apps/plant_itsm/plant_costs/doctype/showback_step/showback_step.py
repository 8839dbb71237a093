from frappe.model.document import Document


class ShowbackStep(Document):
	pass
