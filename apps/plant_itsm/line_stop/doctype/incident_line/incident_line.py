from frappe.model.document import Document


class IncidentLine(Document):
	pass
