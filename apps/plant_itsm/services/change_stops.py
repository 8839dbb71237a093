"""Stops after a change, proposed as caused by it; a person accepts or dismisses each.

A stop counts when its CI is a changed one or downstream of one, from the start of the change until some hours after its
end (Plant ITSM Settings).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from plant_itsm.domain.change_words import CauseStatus
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.change_requests import DOCTYPE as CHANGE
from plant_itsm.services.decision_stamps import decided
from plant_itsm.services.downtime import REAL
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.settings import settings_of

DOCTYPE = "Change Caused Stop"
STOP = "Line Stop"
LATE = timedelta(minutes=10)
"""So long after it was detected a stop may still become visible to the tick."""


def propose(ports: Ports) -> int:
	"""Propose the stops that have come since the last look. Returns how many proposals were written."""
	records, now = ports.records, ports.clock.now().replace(microsecond=0)
	with records.transaction():
		after = timedelta(hours=settings_of(records).change_stop_hours)
		changes = _recent(records, now - after) if after else []
		stops = _unseen_stops(records, changes)
		if not stops:
			return 0
		model, cis = ImpactModel(records), _cis_of(records, changes)
		rows = [
			row
			for stop in stops
			for change in changes
			if (row := _proposal(change, stop, cis[change["name"]], model, after)) is not None
		]
		made = sum(_insert(records, row) for row in rows)
		records.update_many(CHANGE, [change["name"] for change in changes], {"stops_seen_until": now})
	return made


def _recent(records: Records, since: datetime) -> list[Record]:
	"""Changes that run, or ended after a moment."""
	started = records.find(CHANGE, {"actual_start": ("is", "set"), "actual_end": ("is", "not set")})
	return [*started, *records.find(CHANGE, {"actual_end": (">=", since)})]


def _unseen_stops(records: Records, changes: list[Record]) -> list[Record]:
	if not changes:
		return []
	first = min((row["stops_seen_until"] or row["actual_start"]) - LATE for row in changes)
	found = records.find(STOP, {**REAL, "detected_at": (">=", first), "root_ci": ("is", "set")})
	return [stop for stop in found if not stop["parent_stop"]]


def _cis_of(records: Records, changes: list[Record]) -> dict[str, set[str]]:
	names = [change["name"] for change in changes]
	cis: dict[str, set[str]] = {name: set() for name in names}
	for row in records.find("Change CI", {"parenttype": CHANGE, "parent": ("in", names)}):
		cis[row["parent"]].add(row["ci"])
	return cis


def _proposal(
	change: Record, stop: Record, cis: set[str], model: ImpactModel, after: timedelta
) -> Record | None:
	start, onset = change["actual_start"], stop["onset"]
	if not start <= onset <= (change["actual_end"] or onset) + after:
		return None
	behind = cis.intersection(_upstream(model, stop["root_ci"]))
	if not behind:
		return None
	minutes = int((onset - start) / timedelta(minutes=1))
	where = "on" if stop["root_ci"] in behind else f"downstream of {', '.join(sorted(behind))}, on"
	return {
		"change_request": change["name"],
		"line_stop": stop["name"],
		"root_ci": stop["root_ci"],
		"onset": onset,
		"minutes_after": minutes,
		"why": f"{minutes} min after {change['change_type']} “{change['title']}” had started, {where}"
		f" {stop['root_ci']}.",
	}


def _upstream(model: ImpactModel, ci: str) -> list[str]:
	try:
		return model.upstream_of(ci)
	except MissingRecordError:  # retired since
		return [ci]


def _insert(records: Records, row: Record) -> bool:
	known = {"change_request": row["change_request"], "line_stop": row["line_stop"]}
	if records.count(DOCTYPE, known):
		return False
	records.insert(DOCTYPE, row)
	return True


def completed(records: Records, clock: Clock, record: Record) -> Record:
	return decided(records, DOCTYPE, record, CauseStatus.PROPOSED)


def check(records: Records, record: Record) -> None:
	"""A cause is dismissed with a reason."""
	if record["status"] == CauseStatus.DISMISSED and not (record["comment"] or "").strip():
		raise InvalidRecordError(
			f"{DOCTYPE} {record['name']}: it is dismissed without a comment. Say what else has caused the stop.",
			fieldname="comment",
		)


def caused_by(records: Records, changes: list[str]) -> Iterator[tuple[str, Record]]:
	"""(change, Line Stop) of each accepted cause."""
	wanted = {"change_request": ("in", changes), "status": CauseStatus.ACCEPTED}
	rows = records.find(DOCTYPE, wanted)
	stops = {
		row["name"]: row
		for row in records.find(STOP, {"name": ("in", sorted({row["line_stop"] for row in rows}))})
	}
	return ((row["change_request"], stops[row["line_stop"]]) for row in rows if row["line_stop"] in stops)
