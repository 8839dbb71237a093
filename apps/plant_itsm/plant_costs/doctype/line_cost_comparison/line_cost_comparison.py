from frappe.model.document import Document


class LineCostComparison(Document):
	pass
