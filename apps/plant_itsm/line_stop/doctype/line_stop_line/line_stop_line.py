from frappe.model.document import Document


class LineStopLine(Document):
	pass
