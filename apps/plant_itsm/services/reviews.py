"""Post Incident Reviews: filled from what is recorded of a stop as long as they are drafts."""

from __future__ import annotations

from datetime import date, timedelta

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.reviews import (
	Action,
	StopTimes,
	StopTraits,
	check_actions,
	check_completion,
	similar_stops,
)
from plant_itsm.domain.time_spans import exact_seconds
from plant_itsm.domain.vocabulary import ActionEffect, LineStopStatus, ReviewStatus
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.downtime import check_is_real
from plant_itsm.services.local_time import today_at
from plant_itsm.services.review_sources import changes_before, timeline_of

DOCTYPE = "Post Incident Review"
MOST_SIMILAR = 5
LOOKED_AT = 500
"""Earlier stops of the same kind that are compared, the newest first."""


def start_review(ports: Ports, line_stop: str) -> Record:
	"""The review of a stop: the one that exists, or a new draft. Raises MissingRecordError."""
	with ports.records.transaction():
		check_is_real(ports.records, line_stop, "A review")
		known = ports.records.find(DOCTYPE, {"line_stop": line_stop}, limit=1)
		return known[0] if known else ports.records.insert(DOCTYPE, {"line_stop": line_stop})


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""What the records say of the stop, while the review is a draft; the dates that follow from its actions always.

	Raises InvalidRecordError for actions that cannot be, and for a completion that lacks something.
	"""
	stop = records.get("Line Stop", record["line_stop"])
	if stop is None:
		raise MissingRecordError(f"Line Stop {record['line_stop']!r} does not exist. Check the name.")
	done = record["status"] == ReviewStatus.COMPLETED
	today = today_at(records, clock, _site_of(records, stop))
	_check(record, stop, today)
	dates = {
		"completed_on": (record["completed_on"] or today) if done else None,
		"actions": [_dated(row, place) for place, row in enumerate(record["actions"], start=1)],
	}
	was_done = done and record["completed_on"]
	return dates if was_done else dates | _facts(stop) | _findings(records, record, stop)


def _dated(row: Record, place: int) -> Record:
	return row | {"effect_check_on": action_of(row, place).effect_check_on}


def _facts(stop: Record) -> Record:
	times = StopTimes(
		stop["onset"],
		stop["detected_at"],
		stop.get("notified_at"),
		stop.get("acknowledged_at"),
		stop.get("dispatched_at"),
		stop.get("restored_at") or stop["ended_at"],
	)
	return {
		"title": f"Review: {stop['title']}",
		"hd_ticket": stop["hd_ticket"],
		"onset": stop["onset"],
		"ended_at": stop["ended_at"],
		"duration_seconds": stop["duration_seconds"],
		"cost": stop["cost"],
		"currency": stop["currency"],
		"cost_explanation": stop["cost_explanation"],
		"detected_after_seconds": _seconds(times.detected_after()),
		"acknowledged_after_seconds": _seconds(times.acknowledged_after()),
		"dispatched_after_seconds": _seconds(times.dispatched_after()),
		"restored_after_seconds": _seconds(times.restored_after()),
	}


def _seconds(span: timedelta | None) -> float:
	return 0.0 if span is None else float(exact_seconds(span))


def _findings(records: Records, record: Record, stop: Record) -> Record:
	written = [row for row in record["timeline"] if not row["source"]]
	timeline = [*timeline_of(records, stop), *written]
	return {
		"timeline": sorted(timeline, key=lambda row: row["at"]),
		"changes": changes_before(records, stop),
		"similar_stops": _similar(records, stop),
	}


def _similar(records: Records, stop: Record) -> list[Record]:
	earlier = records.find(
		"Line Stop",
		{"kind": stop["kind"], "status": LineStopStatus.ENDED, "onset": ("<", stop["onset"])},
		order_by="onset",
		descending=True,
		limit=LOOKED_AT,
	)
	by_name = {row["name"]: row for row in earlier}
	classes = {ci["name"]: ci["ci_class"] for ci in _cis(records, [stop, *earlier])}
	lines = _lines_by_stop(records, [stop["name"], *by_name])
	traits = {row["name"]: _traits(row, classes, lines) for row in [stop, *earlier]}
	found = similar_stops(traits[stop["name"]], [traits[name] for name in by_name], MOST_SIMILAR)
	return [_similar_row(by_name[other.name], why) for other, why in found]


def _cis(records: Records, stops: list[Record]) -> list[Record]:
	return records.find(
		"OT CI", {"name": ("in", sorted({row["root_ci"] for row in stops if row["root_ci"]}))}
	)


def _lines_by_stop(records: Records, stops: list[str]) -> dict[str, set[str]]:
	lines: dict[str, set[str]] = {}
	for row in records.find("Line Stop Line", {"parent": ("in", stops), "parenttype": "Line Stop"}):
		lines.setdefault(row["parent"], set()).add(row["production_line"])
	return lines


def _traits(stop: Record, classes: dict[str, str], lines: dict[str, set[str]]) -> StopTraits:
	ci = stop["root_ci"] or ""
	return StopTraits(
		name=stop["name"],
		ci=ci,
		ci_class=classes.get(ci, ""),
		kind=stop["kind"],
		lines=frozenset(lines.get(stop["name"], ())),
		onset=stop["onset"],
	)


def _similar_row(stop: Record, why: str) -> Record:
	return {
		"line_stop": stop["name"],
		"why": why,
		"onset": stop["onset"],
		"duration_seconds": stop["duration_seconds"],
		"cost": stop["cost"],
		"currency": stop["currency"],
		"root_cause": stop.get("root_cause"),
	}


def _site_of(records: Records, stop: Record) -> str | None:
	ci = records.get("OT CI", stop["root_ci"]) if stop["root_ci"] else None
	return ci["plant_site"] if ci else None


def action_of(row: Record, place: int) -> Action:
	"""A row of the actions as what is decided about it."""
	return Action(
		place=place,
		due_on=row["due_on"],
		done_on=row.get("done_on"),
		effect_check_days=row.get("effect_check_days") or 0,
		effect=ActionEffect(row["effect"]) if row.get("effect") else None,
	)


def _check(record: Record, stop: Record, today: date) -> None:
	name = f"{DOCTYPE} {record['line_stop']}"
	actions = [action_of(row, place) for place, row in enumerate(record["actions"], start=1)]
	check_actions(name, actions, today)
	if record["status"] == ReviewStatus.COMPLETED:
		check_completion(
			name,
			ended=stop["status"] == LineStopStatus.ENDED,
			root_cause=record["root_cause"] or "",
			actions=len(actions),
			no_action_because=record["no_action_because"] or "",
		)
