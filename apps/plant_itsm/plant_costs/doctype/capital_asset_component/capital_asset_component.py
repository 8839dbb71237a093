from frappe.model.document import Document


class CapitalAssetComponent(Document):
	pass
