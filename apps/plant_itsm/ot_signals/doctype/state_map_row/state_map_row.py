from frappe.model.document import Document


class StateMapRow(Document):
	pass
