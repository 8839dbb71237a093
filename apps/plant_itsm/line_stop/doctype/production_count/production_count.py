from plant_itsm.frappe_site.document import PlantDocument, checked_record
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.consequences import follow


class ProductionCount(PlantDocument):
	def after_delete(self) -> None:
		follow(FrappeRecords(), self.doctype, checked_record(self))
