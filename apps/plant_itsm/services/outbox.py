"""What must follow a committed line stop: its ticket, its notifications, the report of its end.

An entry is written in the transaction of the stop and carried out later in one of its own, in the order of writing;
the effect and the entry's Done commit together. Whoever finds a due entry may carry it out: the job that follows the
stop, or the sweeper when that job was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from plant_itsm.domain.errors import StoreUnavailableError
from plant_itsm.domain.vocabulary import OutboxAction, OutboxStatus
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services import response_start, ticket_merges, tickets

DOCTYPE = "Outbox Entry"
GRACE_SECONDS = 30
"""How long the sweeper leaves an entry to the job that was queued for it."""
MAX_ATTEMPTS = 50
LONGEST_PAUSE_SECONDS = 600

log = logging.getLogger(__name__)


def _notify(ports: Ports, stop: Record) -> None:
	"""Tell people; with the first time the response begins, which a remote diagnosis is part of."""
	tickets.notify_people(ports, stop)
	if not stop["notified_at"]:
		post(ports.records, stop, OutboxAction.DIAGNOSE, ports.clock.now())


_QUEUEING: dict[OutboxAction, Callable[[Ports, str], None]] = {OutboxAction.DIAGNOSE: response_start.diagnose}
"""What puts a job into a queue, outside of a transaction: inside, a queue takes the job with the commit, and a Redis
that is away would be met after the entry is done. Twice does no harm, and nothing else waits for it."""

_ACTIONS: dict[OutboxAction, Callable[[Ports, Record], None]] = {
	OutboxAction.OPEN_TICKET: tickets.open_ticket,
	OutboxAction.NOTIFY: _notify,
	OutboxAction.MERGE_TICKETS: ticket_merges.merge_parts,
	OutboxAction.UPDATE_TICKET: tickets.update_ticket,
	OutboxAction.REPORT_END: tickets.report_end,
	OutboxAction.REPORT_RETURN: tickets.report_return,
}

_CATCHING_UP = frozenset(
	{OutboxAction.OPEN_TICKET, OutboxAction.NOTIFY, OutboxAction.MERGE_TICKETS, OutboxAction.UPDATE_TICKET}
)
"""What brings the ticket and the people up to what the stop is by then: once does for all entries that wait."""


def post(
	records: Records, stop: Record, action: OutboxAction, now: datetime, not_before: datetime | None = None
) -> None:
	"""Note an action for a Line Stop in the transaction that is open. not_before: see entry_for."""
	records.insert(DOCTYPE, entry_for(stop, action, now, not_before))


def entry_for(
	stop: Record, action: OutboxAction, now: datetime, not_before: datetime | None = None
) -> Record:
	"""The values of an entry.

	not_before: nobody carries it out earlier; whatever has changed by then counts, as a stop that has ended meanwhile.
	"""
	return {
		"outbox_key": f"{stop['name']}: {action} {now.isoformat()}",
		"action": action,
		"line_stop": stop["name"],
		"not_before": not_before,
		"next_attempt_at": max(now, not_before or now) + timedelta(seconds=GRACE_SECONDS),
	}


def waiting_until(records: Records, now: datetime) -> list[datetime]:
	"""When the next entry comes due that waits for its time; at most one moment."""
	waiting = {"status": OutboxStatus.PENDING, "not_before": (">", now)}
	return [row["not_before"] for row in records.find(DOCTYPE, waiting, order_by="not_before", limit=1)]


def released(records: Records, now: datetime) -> list[str]:
	"""The Line Stops with entries whose time has just come, for whoever carries them out at once."""
	waiting = {"status": OutboxStatus.PENDING, "next_attempt_at": (">", now), "not_before": ("<=", now)}
	return [row["line_stop"] for row in records.find(DOCTYPE, waiting, order_by="not_before")]


def untried(records: Records, now: datetime) -> list[str]:
	"""The Line Stops with entries that nobody has tried to carry out, and whose time has come."""
	with records.transaction():
		waiting = records.find(DOCTYPE, {"status": OutboxStatus.PENDING, "attempts": 0}, order_by="creation")
	return [row["line_stop"] for row in waiting if row["not_before"] is None or row["not_before"] <= now]


def deliver(ports: Ports, line_stop: str) -> int:
	"""Carry out the pending entries of a line stop in order, and what they bring about, up to the first that fails or
	waits for its time. Returns how many were done."""
	# Else reading the DocType might take the picture that is read before the lock.
	ports.records.meta("Line Stop")
	now, done = ports.clock.now(), 0
	seen: set[str] = set()
	while fresh := [entry for entry in _pending(ports, line_stop) if entry["name"] not in seen]:
		due = list(takewhile(lambda entry: entry["not_before"] is None or entry["not_before"] <= now, fresh))
		for alike in _alike(due):
			seen.update(entry["name"] for entry in alike)
			if _carry_out(ports, alike):
				done += len(alike)
			elif alike[0]["action"] not in _QUEUEING:
				return done
		if len(due) < len(fresh):
			return done
	return done


def without_parts(ports: Ports, line_stops: Collection[str]) -> list[str]:
	"""The stops that are no parts of an incident. What waits for the others is noted as done at once: nothing follows
	of a part, and one that is set free later gets entries anew. A flood leaves many of them.

	The read is of one moment: what waits then for a part was posted before it became one.
	"""
	with ports.records.transaction():
		ours = ("in", list(line_stops))
		rows = ports.records.find("Line Stop", {"name": ours, "parent_stop": ("is", "set")})
		parts = {row["name"] for row in rows}
		waiting = {"line_stop": ("in", sorted(parts)), "status": OutboxStatus.PENDING}
		entries = ports.records.find(DOCTYPE, waiting) if parts else []
		if entries:
			_note_done(ports, _still_pending(ports, [entry["name"] for entry in entries]))
	return [stop for stop in line_stops if stop not in parts]


def _alike(entries: Iterable[Record]) -> list[list[Record]]:
	"""The entries in order, those together that one deed is enough for: a flood changes an incident faster than its
	ticket can follow."""
	found: list[list[Record]] = []
	first: dict[str, list[Record]] = {}
	for entry in entries:
		if entry["action"] in first:
			first[entry["action"]].append(entry)
			continue
		found.append([entry])
		if entry["action"] in _CATCHING_UP:
			first[entry["action"]] = found[-1]
	return found


def _pending(ports: Ports, line_stop: str) -> list[Record]:
	with ports.records.transaction():
		return ports.records.find(
			DOCTYPE, {"line_stop": line_stop, "status": OutboxStatus.PENDING}, order_by="creation"
		)


def sweep(ports: Ports) -> int:
	"""Carry out every entry that is due and still pending. Returns how many were done."""
	with ports.records.transaction():
		due = ports.records.find(
			DOCTYPE,
			{"status": OutboxStatus.PENDING, "next_attempt_at": ("<=", ports.clock.now())},
			order_by="creation",
		)
	return sum(deliver(ports, line_stop) for line_stop in dict.fromkeys(entry["line_stop"] for entry in due))


def _carry_out(ports: Ports, alike: Sequence[Record]) -> bool:
	"""Whether the entries, of one stop and one action, are done afterwards, by us or by somebody who was faster."""
	action, line_stop = OutboxAction(alike[0]["action"]), alike[0]["line_stop"]
	names = [entry["name"] for entry in alike]
	try:
		if action in _QUEUEING:
			_QUEUEING[action](ports, line_stop)
		with ports.records.transaction():
			pending = _still_pending(ports, names)
			if pending:
				_act(ports, action, line_stop)
				_note_done(ports, pending)
	except StoreUnavailableError:
		raise  # nobody can note a failure now; the entries stay pending and the sweeper comes back
	except Exception as error:  # whatever an action meets must not hold up the other stops
		log.exception("outbox entries %s failed", ", ".join(names))
		_note_failure(ports, names, error)
		return False
	return True


def _still_pending(ports: Ports, names: Sequence[str]) -> list[Record]:
	found = ports.records.find(DOCTYPE, {"name": ("in", list(names))}, for_update=True)
	return [entry for entry in found if entry["status"] == OutboxStatus.PENDING]


def _note_done(ports: Ports, entries: Sequence[Record]) -> None:
	done = {"status": OutboxStatus.DONE, "done_at": ports.clock.now(), "last_error": None}
	ports.records.update_many(DOCTYPE, [entry["name"] for entry in entries], done)


def _act(ports: Ports, action: OutboxAction, line_stop: str) -> None:
	act = _ACTIONS.get(action)
	# Locked: it must not become part of another incident while its ticket is made. Its child tables are read behind
	# that lock: to lock them, too, would lock the gaps in which the drain and other deliveries insert theirs.
	locked = ports.records.find("Line Stop", {"name": line_stop}, for_update=True)
	stop = ports.records.get("Line Stop", line_stop) if locked else None
	if act is not None and stop is not None and not stop["parent_stop"]:
		act(ports, stop)


def _note_failure(ports: Ports, names: Sequence[str], error: Exception) -> None:
	with ports.records.transaction():
		for entry in _still_pending(ports, names):
			attempts = entry["attempts"] + 1
			pause = min(2**attempts, LONGEST_PAUSE_SECONDS)
			ports.records.update(
				DOCTYPE,
				entry["name"],
				{
					"attempts": attempts,
					"status": OutboxStatus.PENDING if attempts < MAX_ATTEMPTS else OutboxStatus.FAILED,
					"next_attempt_at": ports.clock.now() + timedelta(seconds=pause),
					"last_error": f"{type(error).__name__}: {error}"[:500],
				},
			)
