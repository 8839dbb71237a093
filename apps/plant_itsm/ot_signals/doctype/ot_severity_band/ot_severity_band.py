from frappe.model.document import Document


class OTSeverityBand(Document):
	pass
