from frappe.model.document import Document


class SparePartFit(Document):
	pass
