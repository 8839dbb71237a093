from frappe.model.document import Document


class ShowbackReceiver(Document):
	pass
