from frappe.model.document import Document


class ChangeArtefact(Document):
	pass
