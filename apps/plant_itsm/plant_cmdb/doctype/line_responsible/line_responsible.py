from frappe.model.document import Document


class LineResponsible(Document):
	pass
