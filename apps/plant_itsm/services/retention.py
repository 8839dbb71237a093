"""What is older than the settings keep goes: in small batches, and never what an incident still needs.

Each batch is a transaction of its own that locks no more than the rows it removes. What the drain rolls up is bounded
by itself: condition values in their rings of hours and days, production counts in one row per shift.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from plant_itsm.domain.dead_letters import ReplayOutcome
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import (
	LineStopStatus,
	OutboxStatus,
	Phase,
	ResponseStage,
	ReviewStatus,
	Transition,
)
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.dead_letters import DEAD_LETTER
from plant_itsm.services.floods import DOCTYPE as FLOOD
from plant_itsm.services.outbox import DOCTYPE as OUTBOX
from plant_itsm.services.reviews import DOCTYPE as REVIEW
from plant_itsm.services.settings import DOCTYPE as SETTINGS
from plant_itsm.services.signal_events import EVENT

STOP, STATE = "Line Stop", "Signal State"
BATCH_ROWS = 500
MOST_BATCHES = 20
"""Of each kind in one run; the supervisor runs it each minute."""
SHORTEST_EVENT_DAYS = 30
"""A signal that a source sends again is told by its event; brokers keep what they have not delivered for weeks."""
_LONG_AGO = datetime(1970, 1, 2, tzinfo=timezone.utc)

Keeps = Callable[[Records, Sequence[Record]], Collection[str]]
"""The names of those rows that must stay however old they are."""


@dataclass(frozen=True)
class Kind:
	"""setting: the field that says for how many days. aged_by: the field that a row's age is counted from."""

	doctype: str
	setting: str
	aged_by: str
	keeps: Keeps
	only: Mapping[str, Any] = field(default_factory=dict)


def tidy(ports: Ports) -> dict[str, int]:
	"""Remove what is too old, as much as one run may. Returns the number of rows removed of each DocType."""
	with ports.records.transaction():
		settings = ports.records.get(SETTINGS, SETTINGS) or {}
	removed = {}
	for kind in KINDS:
		days = settings.get(kind.setting) or 0
		if days:
			removed[kind.doctype] = _expire(ports.records, kind, ports.clock.now() - timedelta(days=days))
	return removed


def _expire(records: Records, kind: Kind, before: datetime) -> int:
	"""Goes through the old rows from the oldest; rows that stay are passed over and count for no batch, or they would
	in the end hold up all that are younger."""
	since, stayed, removed, batches = _LONG_AGO, set[str](), 0, 0
	while batches < MOST_BATCHES:
		with records.transaction():
			limit = BATCH_ROWS + len(stayed)
			wanted = {**kind.only, kind.aged_by: (">=", since)}
			page = records.find(kind.doctype, wanted, order_by=kind.aged_by, limit=limit)
			old = [row for row in page if row[kind.aged_by] < before and row["name"] not in stayed]
			if not old:
				return removed
			kept = set(kind.keeps(records, old))
			doomed = [row["name"] for row in old if row["name"] not in kept]
			records.delete_many(kind.doctype, doomed)
		removed += len(doomed)
		batches += bool(doomed)
		newest = old[-1][kind.aged_by]
		still = {row["name"] for row in old if row["name"] in kept and row[kind.aged_by] == newest}
		since, stayed = newest, still | (stayed if newest == since else set())
		if len(page) < limit:
			return removed
	return removed


def _events_in_use(records: Records, rows: Sequence[Record]) -> set[str]:
	"""Events of unfinished incidents, and the raises of what is raised still: remarks are noted on these."""
	unfinished = _unfinished(records, rows)
	rules = sorted({row["signal_rule"] for row in rows})
	states = records.find(STATE, {"signal_rule": ("in", rules), "phase": ("!=", Phase.CLEAR)})
	raised = {(state["signal_rule"], state["address"]) for state in states}
	return {
		row["name"]
		for row in rows
		if row["line_stop"] in unfinished
		or (row["transition"] == Transition.RAISED and (row["signal_rule"], row["address"]) in raised)
	}


def _entries_in_use(records: Records, rows: Sequence[Record]) -> set[str]:
	unfinished = _unfinished(records, rows)
	return {row["name"] for row in rows if row["line_stop"] in unfinished}


def _letters_in_use(_: Records, rows: Sequence[Record]) -> set[str]:
	"""Those that were put into the stream once more and are not yet judged."""
	return {row["name"] for row in rows if row["replay_outcome"] == ReplayOutcome.QUEUED}


def _none_in_use(_: Records, rows: Sequence[Record]) -> set[str]:
	return set()


def _unfinished(records: Records, rows: Sequence[Record]) -> set[str]:
	"""The Line Stops that these rows belong to and that last, or whose incident lasts or waits for its review."""
	stops = _stops(records, {row["line_stop"] for row in rows if row["line_stop"]})
	roots = _stops(records, {stop["parent_stop"] for stop in stops.values() if stop["parent_stop"]})
	concerned = sorted({*stops, *roots})
	drafts = records.find(REVIEW, {"line_stop": ("in", concerned), "status": ReviewStatus.DRAFT})
	in_review = {draft["line_stop"] for draft in drafts}

	def is_finished(stop: Record) -> bool:
		root = roots.get(stop["parent_stop"] or "", stop)
		return (
			stop["status"] == LineStopStatus.ENDED
			and not {stop["name"], root["name"]} & in_review
			and _is_over(root)
		)

	return {name for name, stop in stops.items() if not is_finished(stop)}


def _is_over(incident: Record) -> bool:
	"""An incident that people were called to is over when it was reviewed; others when they have ended."""
	if incident["status"] != LineStopStatus.ENDED:
		return False
	return incident["stage"] == ResponseStage.REVIEWED if incident["hd_ticket"] else True


def _stops(records: Records, names: Collection[str]) -> dict[str, Record]:
	return {row["name"]: row for row in records.find(STOP, {"name": ("in", sorted(names))})}


KINDS = (
	Kind(EVENT, "keep_signal_events_days", "received_time", _events_in_use),
	Kind(DEAD_LETTER, "keep_dead_letters_days", "received_time", _letters_in_use),
	Kind(OUTBOX, "keep_outbox_days", "done_at", _entries_in_use, {"status": OutboxStatus.DONE}),
	Kind(FLOOD, "keep_floods_days", "ended_at", _none_in_use),
)


def check_settings(_: Records, record: Record) -> None:
	"""Refuse to keep signal events so shortly that a signal which comes twice would count twice."""
	days = record.get("keep_signal_events_days") or 0
	if 0 < days < SHORTEST_EVENT_DAYS:
		raise InvalidRecordError(
			f"{SETTINGS}: signal events are kept {days} days. By them a signal that a broker sends again is known:"
			f" enter at least {SHORTEST_EVENT_DAYS}, or 0 to keep them for ever.",
			fieldname="keep_signal_events_days",
			value=days,
		)
