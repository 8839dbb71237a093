from frappe.model.document import Document


class AllocationShare(Document):
	pass
