from frappe.model.document import Document


class RedundancyGroupMember(Document):
	pass
