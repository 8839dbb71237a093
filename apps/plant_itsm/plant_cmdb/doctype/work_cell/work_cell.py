from plant_itsm.frappe_site.document import PlantDocument


class WorkCell(PlantDocument):
	pass
