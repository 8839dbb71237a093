from frappe.model.document import Document


class CostDriverValue(Document):
	pass
