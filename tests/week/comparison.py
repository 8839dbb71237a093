"""What the oracle says and what is recorded, in the same plain shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plant_itsm.ports import Record
from tests.week.facts import LINES
from tests.week.oracle import Shift, Stop, Verdict
from tests.week.play import Week

LOSSES = {
	"planned": "planned_stop_seconds",
	"breakdown": "breakdown_seconds",
	"minor": "minor_stop_seconds",
	"setup": "setup_seconds",
	"waiting": "waiting_seconds",
}
RATIOS = ("availability", "performance", "quality", "oee")


MATTERS = ("stops", "incidents", "money", "tickets", "shifts", "effectiveness")


@dataclass(frozen=True, eq=False)
class Figure:
	"""A number as it must be kept: to so many decimal places, as its field has them."""

	value: float
	digits: int

	def __eq__(self, other: object) -> bool:
		return isinstance(other, (int, float)) and abs(other - self.value) <= 0.5 * 10**-self.digits + 1e-9


@dataclass(frozen=True)
class Digits:
	"""Decimal places that an edition keeps; Frappe rounds a float to the precision of its field."""

	duration: int = 6
	seconds: int = 6
	ratio: int = 6


SITE = Digits(duration=3, seconds=1, ratio=1)
EXACT = Digits()


def wanted(verdict: Verdict, what: str, digits: Digits = EXACT) -> Any:
	return _WANTED[what](verdict, digits)


def recorded(week: Week, what: str) -> Any:
	return _RECORDED[what](week)


# ------------------------------------------------------------- stops: all of them, with what they are part of


def _wanted_stops(verdict: Verdict, digits: Digits) -> list[tuple[Any, ...]]:
	rows = [
		(
			stop.onset,
			stop.ci,
			stop.kind,
			stop.end,
			Figure(float(stop.seconds), digits.duration),
			stop.is_micro,
			_key(stop.parent),
		)
		for stop in verdict.stops
	]
	return sorted(rows, key=lambda row: row[:2])


def _recorded_stops(week: Week) -> list[tuple[Any, ...]]:
	stops = week.stops
	by_name = {stop["name"]: stop for stop in stops}
	rows = [
		(
			*_recorded_key(week, stop),
			stop["kind"],
			stop["ended_at"],
			stop["duration_seconds"],
			bool(stop["micro_stop"]),
			_recorded_key(week, by_name[stop["parent_stop"]]) if stop["parent_stop"] else None,
		)
		for stop in stops
	]
	return sorted(rows, key=lambda row: row[:2])


def _key(stop: Stop | None) -> tuple[datetime, str] | None:
	return stop and (stop.onset, stop.ci)


def _recorded_key(week: Week, stop: Record) -> tuple[datetime, str]:
	return stop["onset"], str(week.plain(stop["root_ci"]))


# ------------------------------------------------------------- incidents: root, end, lines that stand


def _wanted_incidents(verdict: Verdict, _: Digits) -> dict[Any, Any]:
	return {
		_key(stop): (
			max(member.end for member in stop.members),
			sorted({line for member in stop.members for line in member.buffers()}),
		)
		for stop in verdict.incidents
	}


def _recorded_incidents(week: Week) -> dict[Any, Any]:
	return {
		_recorded_key(week, stop): (
			stop["incident_ended_at"] or stop["ended_at"],
			sorted(
				str(week.plain(row["production_line"]))
				for row in stop["incident_lines"] or stop["lines"]
				if row["state"] == "Stopped"
			),
		)
		for stop in week.stops
		if not stop["parent_stop"]
	}


# ------------------------------------------------------------- money and tickets, by incident


def _wanted_money(verdict: Verdict, _: Digits) -> dict[Any, Decimal]:
	pairs = zip(verdict.incidents, verdict.cents, strict=True)
	return {_key(stop): Decimal(int(cents)) / 100 for stop, cents in pairs}


def _recorded_money(week: Week) -> dict[Any, Decimal]:
	stops = week.stops
	assert not any(stop["cost"] for stop in stops if stop["parent_stop"])
	return {
		_recorded_key(week, stop): stop["cost"] or Decimal(0) for stop in stops if not stop["parent_stop"]
	}


def _wanted_tickets(verdict: Verdict, _: Digits) -> list[Any]:
	return sorted(_key(stop) for stop in verdict.incidents if stop.has_ticket)


def _recorded_tickets(week: Week) -> list[Any]:
	by_name = {stop["name"]: stop for stop in week.stops}
	return sorted(_recorded_key(week, by_name[ticket["plant_line_stop"]]) for ticket in week.tickets())


# ------------------------------------------------------------- lines and shifts


def _wanted_shifts(verdict: Verdict, digits: Digits) -> dict[Any, Any]:
	return {
		(line, run.shift, run.day): (
			shift.start,
			shift.end,
			shift.produced,
			shift.scrap,
			_seconds(shift, digits),
		)
		for line, shifts in verdict.shifts.items()
		for run, shift in shifts.items()
	}


def _seconds(shift: Shift, digits: Digits) -> dict[str, Figure]:
	times = {"busy_seconds": shift.busy, "production_seconds": shift.production}
	lost = {fieldname: shift.by_loss[loss] for loss, fieldname in LOSSES.items()}
	return {name: Figure(float(value), digits.seconds) for name, value in {**times, **lost}.items()}


def _recorded_shifts(week: Week) -> dict[Any, Any]:
	names = ("busy_seconds", "production_seconds", *LOSSES.values())
	return {
		_shift_key(week, row): (
			row["shift_start"],
			row["shift_end"],
			row["produced"],
			row["scrap"],
			{name: row[name] for name in names},
		)
		for row in _worked(week)
	}


def _wanted_effectiveness(verdict: Verdict, digits: Digits) -> dict[Any, Any]:
	run_seconds = {line.name: Fraction(line.run_seconds) for line in LINES}
	return {
		(line, run.shift, run.day): {
			name: Figure(float(value), digits.ratio)
			for name, value in shift.ratios(run_seconds[line]).items()
		}
		for line, shifts in verdict.shifts.items()
		for run, shift in shifts.items()
	}


def _recorded_effectiveness(week: Week) -> dict[Any, Any]:
	return {_shift_key(week, row): {name: row[name] for name in RATIOS} for row in _worked(week)}


def _worked(week: Week) -> list[Record]:
	return [row for row in week.shifts() if row["shift"] != "No shift" and not row["is_running"]]


def _shift_key(week: Week, row: Record) -> tuple[Any, ...]:
	return week.plain(row["production_line"]), row["shift"], row["shift_day"]


_WANTED: dict[str, Callable[[Verdict, Digits], Any]] = {
	"stops": _wanted_stops,
	"incidents": _wanted_incidents,
	"money": _wanted_money,
	"tickets": _wanted_tickets,
	"shifts": _wanted_shifts,
	"effectiveness": _wanted_effectiveness,
}
_RECORDED: dict[str, Callable[[Week], Any]] = {
	"stops": _recorded_stops,
	"incidents": _recorded_incidents,
	"money": _recorded_money,
	"tickets": _recorded_tickets,
	"shifts": _recorded_shifts,
	"effectiveness": _recorded_effectiveness,
}
