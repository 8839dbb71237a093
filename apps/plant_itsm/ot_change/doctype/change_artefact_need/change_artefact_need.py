from frappe.model.document import Document


class ChangeArtefactNeed(Document):
	pass
