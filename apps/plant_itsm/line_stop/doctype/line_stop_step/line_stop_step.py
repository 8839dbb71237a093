from frappe.model.document import Document


class LineStopStep(Document):
	pass
