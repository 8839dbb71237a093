"""The books of a run: what had to come of the signals, what came of them, and what is lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from plant_itsm.domain.vocabulary import OutboxStatus, Transition
from plant_itsm.ports import Records
from tests.faults.site import FaultSite
from tests.faults.traffic import Expected
from tests.faults.waiting import wait_until

SETTLE_SECONDS = 240.0


@dataclass
class Tally:
	"""Counts of one run. lost: signals without the event that they had to cause. doubled: event rows, open stops or
	tickets beyond the one that there may be. invented: events that no signal can have caused.
	late: signals delivered again that were recorded as history."""

	fault: str
	seed: int
	sent: int = 0
	received: int = 0
	events: int = 0
	suppressed: int = 0
	dead_lettered: int = 0
	lost: int = 0
	doubled: int = 0
	invented: int = 0
	late: int = 0
	stops: int = 0
	tickets: int = 0
	seconds: float = 0.0
	note: str = ""
	examples: list[str] = field(default_factory=list)

	def as_row(self) -> dict[str, Any]:
		row = asdict(self)
		del row["examples"]
		return row

	def add(self, kind: str, things: Collection[object]) -> None:
		setattr(self, kind, getattr(self, kind) + len(things))
		self.examples += [f"{kind}: {thing}" for thing in sorted(map(str, things))[:5]]

	def check(self) -> None:
		"""Fail unless nothing is lost, doubled or invented, and every signal is accounted for."""
		told = f"{self.lost} lost, {self.doubled} doubled, {self.invented} invented; {self.as_row()}; {self.examples}"
		assert (self.lost, self.doubled, self.invented) == (0, 0, 0), told
		assert self.received == self.events + self.suppressed + self.dead_lettered, told


def settled(site: FaultSite, connection: str, last: tuple[str, object]) -> None:
	"""Wait until the last of all signals has been judged, the streams are empty, and everything is delivered."""
	address, at = last
	records = site.records
	judged = {"connection": connection, "address": address, "source_time": at}
	wait_until(
		"the last signal's event", lambda: records.count("OT Signal Event", judged) > 0, SETTLE_SECONDS
	)
	wait_until("empty streams", lambda: site.waiting() == 0, SETTLE_SECONDS)
	pending = {"status": OutboxStatus.PENDING}
	wait_until("the outbox", lambda: records.count("Outbox Entry", pending) == 0, SETTLE_SECONDS)


def count_events(tally: Tally, records: Records, connection: str, wanted: Expected) -> None:
	"""Compare the event rows of a connection with what had to come."""
	rows = records.find("OT Signal Event", {"connection": connection})
	found = Counter((row["address"], row["source_time"], row["transition"]) for row in rows)
	wanted_rows = {(*identity, transition) for identity, transition in wanted.transitions.items()}
	tally.add("lost", wanted_rows - found.keys())
	tally.add("invented", found.keys() - wanted.possible)
	times = Counter((row["address"], row["source_time"]) for row in rows)
	tally.add("doubled", [row for row, count in times.items() for _ in range(count - 1)])
	tally.late = sum(row["transition"] == Transition.LATE for row in rows)


def count_stops(tally: Tally, records: Records, wanted: Expected) -> None:
	"""Compare line stops with the machines that stand: one open stop each, one stop and one ticket for each that ever
	stood, one notification for each ticket."""
	stops = records.find("Line Stop")
	tally.stops, tally.tickets = len(stops), records.count("HD Ticket")
	opened = Counter(row["root_ci"] for row in stops if row["status"] == "Open")
	ever = Counter(row["root_ci"] for row in stops)
	tally.add("lost", [f"open stop of {ci}" for ci in wanted.open_cis - opened.keys()])
	tally.add("lost", [f"stop of {ci}" for ci in wanted.stopped_cis - ever.keys()])
	tally.add("invented", [f"open stop of {ci}" for ci in opened.keys() - wanted.open_cis])
	tally.add("invented", [f"stop of {ci}" for ci in ever.keys() - wanted.touched_cis])
	tally.add("doubled", [f"stop of {ci}" for ci, count in ever.items() for _ in range(count - 1)])
	count_tickets(tally, records)


def count_tickets(tally: Tally, records: Records) -> None:
	"""Each incident has one ticket, and one person was told once; a stop that is part of another has no ticket."""
	rows = records.find("Line Stop")
	incidents = {row["name"] for row in rows if row["parent_stop"] is None}
	tickets = Counter(row["plant_line_stop"] for row in records.find("HD Ticket"))
	told = Counter(row["document_name"] for row in records.find("Notification Log"))
	tally.stops, tally.tickets = len(rows), sum(tickets.values())
	tally.add("lost", [f"ticket of {stop}" for stop in incidents - tickets.keys()])
	tally.add("doubled", [f"ticket of {stop}, a part" for stop in tickets.keys() - incidents])
	tally.add("doubled", [f"ticket of {stop}" for stop, count in tickets.items() for _ in range(count - 1)])
	tally.add(
		"doubled", [f"notification of {name}" for name, count in told.items() for _ in range(count - 1)]
	)
	missing = len(incidents) - sum(told.values())
	tally.add("lost", [f"notification {number}" for number in range(missing)])


def take_counts(tally: Tally, site: FaultSite, connection: str) -> None:
	"""The counts that the drain keeps, and that they are those of the rows."""
	counts = site.counts(connection)
	for name in ("received", "events", "suppressed", "dead_lettered"):
		setattr(tally, name, counts[name])
	rows = site.records.count("OT Signal Event", {"connection": connection})
	letters = site.records.count("Signal Dead Letter", {"connection": connection})
	assert (rows, letters) == (counts["events"], counts["dead_lettered"]), (rows, letters, counts)
