from plant_itsm.frappe_site.document import PlantDocument


class StandardChangeTemplate(PlantDocument):
	pass
