"""Single points of failure without a tested spare, and for how long each part lasts and what of it to order."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.domain.errors import NotEnoughDataError
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, chart, column, figure, link, number
from plant_itsm.ports import Record
from plant_itsm.services.spare_gaps import without_tested_spare
from plant_itsm.services.spares import PART, reorder_of, supply_of

CHART_BARS = 12
PARTS, GAPS = "Spare Parts", "CIs Without a Spare"
"""The choices of the filter."""


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(PART, "read", throw=True)
	records = FrappeRecords()
	with kept_model() as model:
		uncovered = without_tested_spare(records, model, SystemClock().now())
	may_read = readable(Node(CI, one.ci) for one in uncovered)
	cis = [
		{"ci": one.ci, "lines": ", ".join(one.lines), "days": None, "explanation": one.why}
		for one in uncovered
		if Node(CI, one.ci) in may_read
	]
	parts = [_part(records, part) for part in records.find(PART)]
	shown = {PARTS: parts, GAPS: cis}.get(str((filters or {}).get("show") or ""), [*parts, *cis])
	return _columns(), shown, None, _chart(parts), _summary(cis, parts)


def _part(records: FrappeRecords, part: Record) -> Row:
	row: Row = {"spare_part": part["name"], "days": None}
	row |= {"on_hand": part["on_hand"], "on_order": part["on_order"]}
	why = []
	try:
		supply = supply_of(records, part)
		row["days"] = round(supply.days, 1)
		why.append(supply.explanation)
		wanted = reorder_of(records, part)
		row |= {"enough": wanted.enough, "quantity": wanted.quantity}
		why.append(wanted.explanation)
	except NotEnoughDataError as error:
		why.append(str(error))
	return {**row, "explanation": ". ".join(why)}


def _columns() -> list[Row]:
	return [
		link("spare_part", _("Spare part"), "Spare Part", 180),
		link("ci", _("CI without a tested spare"), "OT CI", 200),
		column("lines", _("Lines that it stops"), width=180),
		column("on_hand", _("On hand"), "Int", 90),
		column("on_order", _("On order"), "Int", 90),
		number("days", _("Days of supply"), width=120),
		column("enough", _("Enough"), "Int", 90),
		column("quantity", _("To order"), "Int", 90),
		column("explanation", _("Why"), "Data", 620),
	]


def _chart(parts: list[Row]) -> Row | None:
	"""The parts that run out first."""
	known = sorted((part for part in parts if part.get("days") is not None), key=lambda part: part["days"])
	shown = known[:CHART_BARS]
	series = {_("Days of supply"): [part["days"] for part in shown]}
	return chart("bar", [part["spare_part"] for part in shown], series)


def _summary(cis: list[Row], parts: list[Row]) -> list[Row]:
	to_order = sum(bool(part.get("quantity")) for part in parts)
	unknown = sum("quantity" not in part for part in parts)
	return [
		figure(_("Without a tested spare"), len(cis), "Int", "Red" if cis else "Green"),
		figure(_("Parts to order"), to_order, "Int", "Orange" if to_order else "Green"),
		figure(_("Parts with not enough data"), unknown, "Int", "Grey"),
	]
