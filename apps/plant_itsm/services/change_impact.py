"""What stands still while a change runs, and what that may cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from plant_itsm.domain.calendars import ShiftCalendar
from plant_itsm.domain.change_costs import AtRisk, FailurePrediction, LineAtRisk, money_at_risk
from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.time_spans import Span
from plant_itsm.domain.vocabulary import LineState
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.impact_fields import line_row, money_of, money_values, rate_of
from plant_itsm.services.planned_orders import PlannedOrder, spans_by_line

HUNDRED = Decimal(100)
LINE_FIELDS = (
	"production_line",
	"state",
	"units_per_shift",
	"cost_per_hour",
	"currency",
	"path",
	"not_priced",
)
"""Of a Change Line, as those of any line with an impact."""


def impact_fields(records: Records, cis: list[str], now: datetime) -> Record:
	"""The lines, units and money per hour of a change as fields of its request."""
	impact: Impact = ImpactModel(records).impact(cis, now)
	return {"lines": [_line_row(line) for line in impact.lines], **money_values(impact)}


def _line_row(line: LineImpact) -> Record:
	row = line_row(line)
	return {"buffer_seconds": row["reached_after_seconds"], **{field: row[field] for field in LINE_FIELDS}}


def calendars_of(records: Records, record: Record) -> dict[str, ShiftCalendar]:
	"""The calendars of the lines that stand still with a change."""
	return {
		row["production_line"]: calendar_of(records, row["production_line"])
		for row in record.get("lines") or ()
		if row["state"] == LineState.STOPPED
	}


def blocking_calendars(
	record: Record, calendars: Mapping[str, ShiftCalendar], duration: timedelta
) -> dict[str, ShiftCalendar]:
	"""Those of lines that no buffer keeps going for as long as the change takes."""
	bridged = {
		row["production_line"]
		for row in record.get("lines") or ()
		if (row["buffer_seconds"] or 0) >= duration.total_seconds()
	}
	return {line: calendar for line, calendar in calendars.items() if line not in bridged}


def at_risk(
	record: Record,
	calendars: Mapping[str, ShiftCalendar],
	span: Span,
	orders: Iterable[PlannedOrder] = (),
) -> AtRisk:
	"""What the lines of `calendars` would produce in a span, by their shifts and by planned orders."""
	ordered = spans_by_line(orders)
	return money_at_risk(
		[
			LineAtRisk(
				row["production_line"],
				rate_of(row),
				calendars[row["production_line"]],
				to_decimal(row["buffer_seconds"] or 0),
				ordered.get(row["production_line"], ()),
			)
			for row in record.get("lines") or ()
			if row["production_line"] in calendars
		],
		span,
	)


def prediction_of(record: Record) -> FailurePrediction | None:
	"""The predicted failure that a request names; None where it names none, or where a stop has no price."""
	rate = money_of(record.get("cost_per_hour") or 0, record.get("currency"))
	if not record.get("failure_probability") or rate is None:
		return None
	return FailurePrediction(
		probability=to_decimal(record["failure_probability"]) / HUNDRED,
		within=timedelta(days=record.get("failure_within_days") or 0),
		cost=rate.times(to_decimal(record.get("failure_stop_hours") or 0)),
	)
