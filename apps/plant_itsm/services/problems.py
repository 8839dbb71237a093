"""Problem Records: one for the cause behind one or several line stops."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.money import Money, to_decimal, total
from plant_itsm.domain.problems import Analysis, check_problem
from plant_itsm.domain.vocabulary import ProblemStatus
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.downtime import check_is_real
from plant_itsm.services.local_time import today_at

DOCTYPE = "Problem Record"
_WHYS = tuple(f"why_{number}" for number in range(1, 6))


def raise_problem(ports: Ports, line_stops: Sequence[str], title: str = "") -> Record:
	"""A new problem behind line stops, on the CI and the line of the first.

	Raises MissingRecordError, InvalidRecordError.
	"""
	if not line_stops:
		raise InvalidRecordError(
			"A problem needs at least one Line Stop. Choose the stops that it is behind."
		)
	with ports.records.transaction():
		first = ports.records.get("Line Stop", line_stops[0])
		if first is None:
			raise MissingRecordError(f"Line Stop {line_stops[0]!r} does not exist. Check the name.")
		for name in line_stops:
			check_is_real(ports.records, name, "A problem")
		lines = [row["production_line"] for row in first["lines"]]
		return ports.records.insert(
			DOCTYPE,
			{
				"title": title or f"Problem behind {first['title']}",
				"root_ci": first["root_ci"],
				"production_line": lines[0] if lines else None,
				"line_stops": [{"line_stop": name} for name in line_stops],
			},
		)


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""The figures of its stops, their sums, and the days on which the problem was opened and resolved."""
	rows = [_figures(records, row) for row in record["line_stops"]]
	cost = total(money for row in rows if (money := _cost(row)) is not None)
	today = today_at(records, clock, _site_of(records, record))
	is_solved = record["status"] in (ProblemStatus.RESOLVED, ProblemStatus.CLOSED)
	return {
		"line_stops": rows,
		"stop_count": len(rows),
		"stopped_seconds": sum(row["duration_seconds"] for row in rows),
		"cost": cost.amount if cost else Decimal(0),
		"currency": cost.currency if cost else None,
		"opened_on": record["opened_on"] or today,
		"resolved_on": (record["resolved_on"] or today) if is_solved else None,
	}


def _site_of(records: Records, record: Record) -> str | None:
	ci = records.get("OT CI", record["root_ci"]) if record["root_ci"] else None
	return ci["plant_site"] if ci else None


def _figures(records: Records, row: Record) -> Record:
	stop = records.get("Line Stop", row["line_stop"])
	if stop is None:  # refused as a broken link
		return {"line_stop": row["line_stop"], "duration_seconds": 0.0}
	return {
		"line_stop": stop["name"],
		"onset": stop["onset"],
		"duration_seconds": stop["duration_seconds"] or 0.0,
		"cost": stop["cost"],
		"currency": stop["currency"],
	}


def _cost(row: Record) -> Money | None:
	return Money(to_decimal(row["cost"] or 0), row["currency"]) if row.get("currency") else None


def check(records: Records, record: Record) -> None:
	analysis = Analysis(
		root_cause=record.get("root_cause") or "",
		workaround=record.get("workaround") or "",
		solution=record.get("solution") or "",
		whys=[record.get(why) or "" for why in _WHYS],
	)
	stops = [row["line_stop"] for row in record.get("line_stops") or ()]
	check_problem(
		f"Problem Record {record.get('name') or record['title']}",
		ProblemStatus(record["status"]),
		analysis,
		stops,
	)
