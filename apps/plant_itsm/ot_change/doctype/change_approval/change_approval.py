from frappe.model.document import Document


class ChangeApproval(Document):
	pass
