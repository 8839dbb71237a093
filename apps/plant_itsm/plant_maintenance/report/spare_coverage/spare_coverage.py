"""Which CIs stop their line and have no tested spare, and for how long each part lasts."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.domain.errors import NotEnoughDataError
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, column, figure, link, number
from plant_itsm.ports import Record
from plant_itsm.services.spares import PART, supply_of, without_tested_spare


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(PART, "read", throw=True)
	records = FrappeRecords()
	uncovered = without_tested_spare(records, SystemClock().now().date())
	may_read = readable(Node(CI, one.ci) for one in uncovered)
	cis = [
		{"ci": one.ci, "production_line": one.production_line, "explanation": one.why}
		for one in uncovered
		if Node(CI, one.ci) in may_read
	]
	parts = [_part(records, part) for part in records.find(PART)]
	summary = [figure(_("Without a tested spare"), len(cis), "Int", "Red" if cis else "Green")]
	return _columns(), [*cis, *parts], None, None, summary


def _part(records: FrappeRecords, part: Record) -> Row:
	row = {"spare_part": part["name"], "on_hand": part["on_hand"]}
	try:
		supply = supply_of(records, part)
	except NotEnoughDataError as error:
		return {**row, "explanation": str(error)}
	return {**row, "days": round(supply.days, 1), "explanation": supply.explanation}


def _columns() -> list[Row]:
	return [
		link("ci", _("CI without a tested spare"), "OT CI", 200),
		link("production_line", _("Production line"), "Production Line"),
		link("spare_part", _("Spare part"), "Spare Part"),
		column("on_hand", _("On hand"), "Int"),
		number("days", _("Days of supply")),
		column("explanation", _("Why"), "Data", 420),
	]
