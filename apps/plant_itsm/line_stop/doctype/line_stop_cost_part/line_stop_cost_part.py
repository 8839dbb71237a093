from frappe.model.document import Document


class LineStopCostPart(Document):
	pass
