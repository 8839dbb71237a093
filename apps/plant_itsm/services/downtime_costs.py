"""The cost of downtime of a line in a period: shown beside its spend, never in it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.money import to_decimal
from plant_itsm.ports import Records
from plant_itsm.services.downtime import STOP, STOP_LINE
from plant_itsm.services.lines import zone_of_site


def downtime_cost(records: Records, line: str, period: Period, currency: str) -> Decimal:
	"""What the line stops that ended in the period have cost on a line, in the currency of its site."""
	zone = zone_of_site(records, period.plant_site)
	start = datetime.combine(period.first.first_day, time(), zone)
	end = datetime.combine(period.last.last_day + timedelta(days=1), time(), zone)
	rows = records.find(STOP_LINE, {"production_line": line, "parenttype": STOP, "currency": currency})
	ended = records.find(STOP, {"name": ("in", [row["parent"] for row in rows]), "ended_at": (">=", start)})
	names = {stop["name"] for stop in ended if stop["ended_at"] < end}
	return sum((to_decimal(row["cost"] or 0) for row in rows if row["parent"] in names), Decimal(0))
