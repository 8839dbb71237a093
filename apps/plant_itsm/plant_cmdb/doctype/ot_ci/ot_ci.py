import frappe
from frappe import _

from plant_itsm.frappe_site.document import PlantDocument


class OTCI(PlantDocument):
	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Two CIs that are one in fact may depend on each other in their records; a merge would relate it to itself."""
		if merge:
			frappe.throw(
				_("{0} and {1} cannot be merged. Move what matters to {1} and retire {0}.").format(old, new)
			)
