"""Reliability figures of lines and of CIs over a period, from Line Stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from plant_itsm.domain.reliability import Failure, Reliability, is_failure, reliability
from plant_itsm.domain.time_spans import Span, exact_seconds, seconds_of
from plant_itsm.domain.vocabulary import EventKind, LineState
from plant_itsm.ports import Record, Records
from plant_itsm.services.downtime import REAL, STOP, STOP_LINE, class_of, spans_of, stop_reasons
from plant_itsm.services.lines import line_of_ci


def reliability_of_lines(
	records: Records, operating_seconds: Mapping[str, Decimal], period: Span
) -> dict[str, Reliability]:
	"""Of each line. operating_seconds: actual production time of each line in the period."""
	failures: defaultdict[str, list[Failure]] = defaultdict(list)
	for stop, lines in _failed(records, period, operating_seconds.keys()):
		for line in lines:
			failures[line].append(_failure(stop))
	return {line: reliability(operating_seconds[line], failures[line]) for line in sorted(operating_seconds)}


def reliability_of_cis(
	records: Records, operating_seconds: Mapping[str, Decimal], period: Span
) -> dict[str, Reliability]:
	"""Of each CI whose failure has stopped one of the lines.

	It operates while its line produces; one that belongs to no line all the time, but while it was down.
	"""
	failures: defaultdict[str, list[Failure]] = defaultdict(list)
	for stop, _lines in _failed(records, period, operating_seconds.keys()):
		if stop["root_ci"]:
			failures[stop["root_ci"]].append(_failure(stop))
	return {
		ci: reliability(_operating(records, ci, failures[ci], operating_seconds, period), failures[ci])
		for ci in sorted(failures)
	}


def _failed(records: Records, period: Span, lines: Collection[str]) -> list[tuple[Record, list[str]]]:
	"""The failures that began in the period with those of the lines that they stopped, the parts of an incident left
	out: what fails because of another is no failure of its own."""
	reasons = stop_reasons(records)
	wanted = {**REAL, "kind": EventKind.LINE_STOP, "onset": (">=", period.start)}
	begun = records.find(STOP, wanted, order_by="onset")
	stops = [
		stop
		for stop in begun
		if stop["onset"] < period.end and not stop["parent_stop"] and is_failure(class_of(stop, reasons))
	]
	rows = records.find(
		STOP_LINE,
		{
			"parent": ("in", [stop["name"] for stop in stops]),
			"production_line": ("in", list(lines)),
			"state": LineState.STOPPED,
		},
	)
	stopped: defaultdict[str, list[str]] = defaultdict(list)
	for row in rows:
		stopped[row["parent"]].append(row["production_line"])
	return [(stop, stopped[stop["name"]]) for stop in stops if stop["name"] in stopped]


def _failure(stop: Record) -> Failure:
	restored: datetime | None = stop["restored_at"] or stop["ended_at"]
	down = None if restored is None else seconds_of(spans_of({**stop, "ended_at": restored}, restored))
	return Failure(stop["onset"], stop["detected_at"], stop["acknowledged_at"], down)


def _operating(
	records: Records,
	ci: str,
	failures: Collection[Failure],
	operating_seconds: Mapping[str, Decimal],
	period: Span,
) -> Decimal:
	line = line_of_ci(records, ci)
	if line in operating_seconds:
		return operating_seconds[line]
	down = sum((failure.down_seconds or Decimal(0) for failure in failures), Decimal(0))
	return max(exact_seconds(period.end - period.start) - down, Decimal(0))
