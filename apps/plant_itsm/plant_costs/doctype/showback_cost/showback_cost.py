from frappe.model.document import Document


class ShowbackCost(Document):
	pass
