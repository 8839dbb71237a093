from plant_itsm.frappe_site.document import PlantDocument


class CalendarException(PlantDocument):
	def before_insert(self) -> None:
		"""Before it has a name: that holds the day, and would only be refused as taken."""
		self.validate()
