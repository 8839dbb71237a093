from frappe.model.document import Document


class ChangeApproverRole(Document):
	pass
