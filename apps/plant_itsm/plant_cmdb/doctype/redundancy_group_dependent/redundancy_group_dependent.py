from frappe.model.document import Document


class RedundancyGroupDependent(Document):
	pass
