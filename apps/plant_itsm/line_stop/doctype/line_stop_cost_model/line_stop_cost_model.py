import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.cost_models import gap_beside
from plant_itsm.frappe_site.document import PlantDocument, checked_record
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.cost_models import cost_model, versions_of


class LineStopCostModel(PlantDocument):
	def on_update(self) -> None:
		"""A new version with a gap beside it is refused; one that leaves a gap when it is changed is warned of, or the
		border between two versions could not be moved."""
		super().on_update()
		model = cost_model({**checked_record(self), "name": self.name})
		gap = gap_beside(model, versions_of(FrappeRecords(), self.production_line))
		if gap:
			frappe.msgprint(
				_("{0}. Stops on these days would not be priced.").format(escape_html(gap)), alert=True
			)
