"""What the records tell about a stop: its timeline, and what was changed before it on its CI and upstream of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from plant_itsm.domain.change_words import UnauthorisedStatus
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.vocabulary import MaintenanceScope
from plant_itsm.ports import Record, Records
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.settings import settings_of
from plant_itsm.services.signal_events import EVENT

MOST_EVENTS = 200
"""Signal events that a timeline shows; a flood has more than a person reads."""
CHANGE, UNAUTHORISED, RELATION = "OT Change Request", "Unauthorised Change", "CI Relation"
RELATION_ENDS = ("source_ci", "target_ci")
_MOMENTS = (
	("onset", "Onset of the stop", None),
	("detected_at", "Detected", None),
	("notified_at", "Notified", "notified_roles"),
	("acknowledged_at", "Acknowledged", "acknowledged_by"),
	("dispatched_at", "Technician dispatched", "technician"),
	("repair_started_at", "Repair started", None),
	("restored_at", "Restored", None),
	("ended_at", "The signal has cleared", None),
)
"""(field of Line Stop, what it says, field that says who)"""


def timeline_of(records: Records, stop: Record) -> list[Record]:
	"""Rows of Review Timeline Entry: the moments of the stop, the steps of its checklist, whom an escalation has told,
	what was corrected of it, and the signals of it and of what it has absorbed."""
	return [
		*_moments(stop),
		*_steps(stop),
		*_escalations(records, stop),
		*_corrections(records, stop),
		*_signals(records, stop),
	]


def _moments(stop: Record) -> Iterator[Record]:
	for fieldname, what, who in _MOMENTS:
		at = stop.get(fieldname)
		if at is not None:
			name = stop.get(who) if who else None
			yield _entry(at, f"{what}: {name}" if name else what, stop["name"])


def _steps(stop: Record) -> Iterator[Record]:
	for row in stop["steps"]:
		if row["done_at"] is not None:
			yield _entry(row["done_at"], _joined(row["step_name"], row["result"]), stop["name"])


def _escalations(records: Records, stop: Record) -> Iterator[Record]:
	for row in records.find("Escalation Run", {"line_stop": stop["name"]}, order_by="ran_at"):
		yield _entry(
			row["ran_at"], _joined(f"Escalated, {row['step']}", row["told"], row["note"]), row["name"]
		)


def _corrections(records: Records, stop: Record) -> Iterator[Record]:
	for row in records.find("Line Stop Correction", {"line_stop": stop["name"]}, order_by="corrected_at"):
		what = f"{row['operation']} by {row['corrected_by']}"
		yield _entry(row["corrected_at"], _joined(what, row["reason"]), row["name"])


def _joined(*texts: str | None) -> str:
	return ": ".join(text for text in texts if text)


def _signals(records: Records, stop: Record) -> Iterator[Record]:
	children = [row["name"] for row in records.find("Line Stop", {"parent_stop": stop["name"]})]
	events = records.find(
		EVENT,
		{"line_stop": ("in", [stop["name"], *children])},
		order_by="received_time",
		limit=MOST_EVENTS + 1,
	)
	for event in events[:MOST_EVENTS]:
		at = event["source_time"] or event["received_time"]
		what = f"{event['ci']} {event['event_kind']} {event['transition']}: {event['address']} = {event['value']}"
		yield _entry(at, f"{what} ({event['remark']})" if event["remark"] else what, event["signal_rule"])
	if len(events) > MOST_EVENTS:
		more = f"more signals follow; the list OT Signal Event has them all, here are the first {MOST_EVENTS}"
		yield _entry(events[MOST_EVENTS]["received_time"], more, stop["name"])


def _entry(at: datetime, what: str, source: str) -> Record:
	"""A row of a table shows one line."""
	return {"at": at, "what": "; ".join(what.splitlines()), "source": source}


def changes_before(records: Records, stop: Record) -> list[Record]:
	"""Rows of Review Change: what was changed on the CI, and on whatever may bring it down, in the hours before the
	onset that Plant ITSM Settings names; the newest first."""
	if not stop["root_ci"]:
		return []
	start = stop["onset"] - timedelta(hours=settings_of(records).review_change_hours)
	try:
		cis = ImpactModel(records).upstream_of(stop["root_ci"])
	except MissingRecordError:  # retired since
		cis = [stop["root_ci"]]
	changes = [change for source in _SOURCES for change in source(records, cis, start, stop["onset"])]
	return sorted(changes, key=lambda row: row["at"], reverse=True)


def _program_versions(
	records: Records, cis: Iterable[str], start: datetime, end: datetime
) -> Iterator[Record]:
	for row in records.find("CI Program Version", {"ci": ("in", list(cis)), "taken_on": (">=", start)}):
		if row["taken_on"] <= end:
			yield _change(
				row, "CI Program Version", row["ci"], row["taken_on"], f"program version {row['version']}"
			)


def _maintenance(records: Records, cis: Iterable[str], start: datetime, end: datetime) -> Iterator[Record]:
	wanted = {"scope": MaintenanceScope.CI, "target": ("in", list(cis)), "ends_at": (">=", start)}
	for row in records.find("Maintenance Mode", wanted):
		if row["starts_at"] <= end:
			what = (
				f"maintenance until {row['ends_at']:%Y-%m-%d %H:%M %Z}: {row['reason'] or 'no reason given'}"
			)
			yield _change(row, "Maintenance Mode", row["target"], row["starts_at"], what)


def _change_requests(
	records: Records, cis: Iterable[str], start: datetime, end: datetime
) -> Iterator[Record]:
	"""Changes that were being carried out in these hours."""
	rows = records.find("Change CI", {"ci": ("in", list(cis)), "parenttype": CHANGE}, order_by="idx")
	changed = {row["parent"]: row["ci"] for row in reversed(rows)}
	begun = {"name": ("in", list(changed)), "actual_start": ("<=", end)}
	for row in records.find(CHANGE, begun) if changed else ():
		if row["actual_end"] is None or row["actual_end"] >= start:
			what = f"{row['change_type']}: {row['title']} ({row['status']})"
			yield _change(row, CHANGE, changed[row["name"]], row["actual_start"], what)


def _unauthorised(records: Records, cis: Iterable[str], start: datetime, end: datetime) -> Iterator[Record]:
	"""Programs that were found to run without a change for them; what turned out to be a false alarm is none."""
	found = {
		"ci": ("in", list(cis)),
		"found_at": (">=", start),
		"status": ("!=", UnauthorisedStatus.FALSE_ALARM),
	}
	for row in records.find(UNAUTHORISED, found):
		if row["found_at"] <= end:
			what = f"{UNAUTHORISED} ({row['status']}): {row['what']}"
			yield _change(row, UNAUTHORISED, row["ci"], row["found_at"], what)


def _relations(records: Records, cis: Iterable[str], start: datetime, end: datetime) -> Iterator[Record]:
	"""Relations of these CIs that were added, changed or removed."""
	wanted = {"record_type": RELATION, "changed_at": (">=", start)}
	for row in records.find("CI Graph Change", wanted):
		for ends in filter(None, (row["after"], row["before"])):
			relation = json.loads(ends)
			ci = next((relation.get(end) for end in RELATION_ENDS if relation.get(end) in cis), None)
			if ci and row["changed_at"] <= end:
				what = f"{RELATION} {row['change'].lower()} by {row['changed_by']}"
				yield _change(row, "CI Graph Change", ci, row["changed_at"], what)
				break


_SOURCES = (_program_versions, _maintenance, _change_requests, _unauthorised, _relations)


def _change(row: Record, doctype: str, ci: str, at: datetime, what: str) -> Record:
	return {"at": at, "ci": ci, "what": what, "record_type": doctype, "record_name": row["name"]}
