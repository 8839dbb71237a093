from frappe.model.document import Document


class LineCostOutput(Document):
	pass
