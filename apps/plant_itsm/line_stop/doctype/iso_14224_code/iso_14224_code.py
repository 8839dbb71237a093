from plant_itsm.frappe_site.document import PlantDocument


class ISO14224Code(PlantDocument):
	pass
