from frappe.model.document import Document


class NetworkSegmentMember(Document):
	pass
