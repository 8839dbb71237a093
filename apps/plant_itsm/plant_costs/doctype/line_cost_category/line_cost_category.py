from frappe.model.document import Document


class LineCostCategory(Document):
	pass
