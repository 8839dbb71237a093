from plant_itsm.frappe_site.document import PlantDocument
from plant_itsm.frappe_site.fault_reports import check_may_report, open_ticket


class FaultReport(PlantDocument):
	"""Made from the page of a CI and from the web form, by whoever may read the CI."""

	def before_insert(self) -> None:
		check_may_report(self)

	def after_insert(self) -> None:
		self.db_set("hd_ticket", open_ticket(self))
