from frappe.model.document import Document


class ProblemLineStop(Document):
	pass
