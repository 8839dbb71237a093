from frappe.model.document import Document


class LineStopCostRate(Document):
	pass
