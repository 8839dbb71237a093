from plant_itsm.frappe_site.document import PlantDocument


class CIRelationType(PlantDocument):
	pass
