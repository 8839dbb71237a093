"""Which CIs stop or degrade lines by their failure alone, ranked by the money per hour that is at risk."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.domain.single_points import MOST_POINTS, SinglePoint
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.reading import readable
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.spare_decision import spares_for

MOST = 1000
SHOWN_LINES = 5
MONEY = ("cost_per_hour", "cost_per_hour_now", "currency", "not_priced")


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
	frappe.has_permission(CI, "read", throw=True)
	top = min(max(int((filters or {}).get("top") or MOST_POINTS), 1), MOST)
	with kept_model() as model:
		points = model.single_points_of_failure(SystemClock().now(), top)
	may_read = readable(Node(CI, point.ci) for point in points)
	rows = [_row(point) for point in points if Node(CI, point.ci) in may_read]
	columns = _columns()
	if frappe.has_permission("Line Stop Cost Model", "read"):
		return columns, rows
	rows.sort(key=lambda row: (-row["stops"], -row["degrades"], row["ci"]))  # the order would tell the money
	return [column for column in columns if column["fieldname"] not in MONEY], [
		{key: value for key, value in row.items() if key not in MONEY} for row in rows
	]


def _row(point: SinglePoint) -> dict[str, Any]:
	risk = point.risk
	cost, now = risk.cost_per_hour, risk.cost_per_hour_now
	lines = [*risk.stops, *risk.degraded]
	more = len(lines) - SHOWN_LINES
	return {
		"ci": point.ci,
		"ci_class": point.ci_class,
		"cost_per_hour": cost and float(cost.rounded().amount),
		"cost_per_hour_now": now and float(now.rounded().amount),
		"currency": cost and cost.currency,
		"stops": len(risk.stops),
		"degrades": len(risk.degraded),
		"units_per_shift": risk.units_per_shift,
		"lines": ", ".join(lines[:SHOWN_LINES]) + (" " + _("and {0} more").format(more) if more > 0 else ""),
		"redundancy": "; ".join(point.redundancy) or _("none"),
		"spare": _spare(point.ci),
		"not_priced": "; ".join(risk.not_priced),
	}


def _spare(ci: str) -> str:
	spares = spares_for(FrappeRecords(), ci)
	return ", ".join(_("{0} in {1} min").format(spare.label, spare.swap_minutes) for spare in spares) or _(
		"none"
	)


def _columns() -> list[dict[str, Any]]:
	return [
		_column("ci", _("CI"), "Link", 160, options="OT CI"),
		_column("ci_class", _("Class"), "Link", 150, options="CI Class"),
		_column("cost_per_hour", _("Cost per hour"), "Currency", 130, options="currency"),
		_column("cost_per_hour_now", _("While buffers last"), "Currency", 140, options="currency"),
		_column("currency", _("Currency"), "Data", 90, hidden=1),
		_column("stops", _("Lines stopped"), "Int", 120),
		_column("degrades", _("Lines degraded"), "Int", 130),
		_column("redundancy", _("Redundancy"), "Data", 170),
		_column("spare", _("Spare"), "Data", 130),
		_column("units_per_shift", _("Units per shift"), "Int", 120),
		_column("lines", _("Lines"), "Data", 240),
		_column("not_priced", _("Not priced"), "Data", 220),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: Any) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}
