from frappe.model.document import Document


class ChargebackAccount(Document):
	pass
