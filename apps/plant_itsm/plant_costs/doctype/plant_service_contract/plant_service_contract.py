import frappe
from frappe import _

from plant_itsm.frappe_site.document import PlantDocument


class PlantServiceContract(PlantDocument):
	def before_cancel(self) -> None:
		"""Its entries are posted, and entries stay."""
		frappe.throw(
			_("{0} has posted its months: reverse the entries that shall not count.").format(self.name)
		)
