"""What if a CI failed, or a line stood, at some moment and for some time: lines, buffers, money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.cmdb import CI, LINE, Node
from plant_itsm.domain.cost_results import LineCost, StopCost, stop_cost
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.stop_costs import Downtime, price_line
from plant_itsm.domain.time_spans import Span
from plant_itsm.domain.vocabulary import LineState
from plant_itsm.ports import Records
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.stop_costs import priced_line

OUTAGE = "what if"
"""The incident that is imagined."""


@dataclass(frozen=True)
class WhatIf:
	"""An outage that is imagined. outage: what it would have cost, by the shift calendars of the lines it stops."""

	at: datetime
	duration: timedelta
	impact: Impact
	outage: StopCost

	def as_json(self) -> dict[str, Any]:
		"""Impact.as_json with at, outage_seconds, outage_cost and explanation, and for each line lost_seconds and
		outage_cost, None where it does not stop."""
		by_line = {line.line: line for line in self.outage.lines}
		impact = self.impact.as_json()
		lines = [line | _outage_json(by_line.get(line["line"])) for line in impact["lines"]]
		return {
			**impact,
			"lines": lines,
			"at": self.at.isoformat(),
			"outage_seconds": self.duration.total_seconds(),
			"outage_cost": self.outage.cost and self.outage.cost.as_json(),
			"explanation": self.outage.explanation,
		}


def _outage_json(cost: LineCost | None) -> dict[str, Any]:
	if cost is None:
		return {"lost_seconds": None, "outage_cost": None}
	return {
		"lost_seconds": float(cost.planned_seconds),
		"outage_cost": cost.cost and cost.cost.as_json(),
	}


def what_if(records: Records, model: ImpactModel, node: Node, at: datetime, duration: timedelta) -> WhatIf:
	"""`node` is a CI that fails or a line that stands, alone. Raises MissingRecordError for another or unknown one."""
	if node.kind not in (CI, LINE):
		raise MissingRecordError(f"{node.kind} {node.name!r} cannot fail here. Choose an OT CI or a line.")
	failed, standing = ([node.name], []) if node.kind == CI else ([], [node.name])
	impact = model.impact(failed, at, standing)
	outage = Span(at, at + duration)
	stopped = (line for line in impact.lines if line.state == LineState.STOPPED)
	return WhatIf(at, duration, impact, stop_cost(_line_cost(records, line, outage) for line in stopped))


def _line_cost(records: Records, line: LineImpact, outage: Span) -> LineCost:
	name = line.line.name
	down = Downtime(
		OUTAGE,
		outage.start,
		(outage,),
		buffer_seconds=to_decimal(line.reached_after_seconds),
		product=line.line.product,
	)
	return price_line(priced_line(records, name), [down]).get(OUTAGE) or LineCost(name)
