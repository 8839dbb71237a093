from plant_itsm.frappe_site.document import PlantDocument


class FirstWorkspace(PlantDocument):
	pass
