from frappe.model.document import Document


class PenaltyStep(Document):
	pass
