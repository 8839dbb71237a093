from plant_itsm.frappe_site.document import PlantDocument


class PlantGateway(PlantDocument):
	pass
