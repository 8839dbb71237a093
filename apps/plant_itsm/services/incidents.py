"""One root, one incident: stops that a common cause explains are kept together, whoever reports first.

Stops are opened and ended one by one, as their signals say; what that comes to for the incidents is settled once, at
the end of the batch: which stop is part of which, what an incident does to lines and money, how urgent it is, and what
of it is to be told. Only then the outbox is written, so that a switch and its forty robots in one batch are one ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from plant_itsm.domain.grouping import EXPLAINED, group, root_for
from plant_itsm.domain.impact import Impact
from plant_itsm.domain.incidents import IncidentImpact, incident_impact
from plant_itsm.domain.line_stops import title, weigh
from plant_itsm.domain.priorities import Priority, PriorityRule, Urgency, priority_of
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus, OutboxAction
from plant_itsm.ports import Record, Records
from plant_itsm.services import outbox
from plant_itsm.services.acknowledgements import keep_acknowledgement
from plant_itsm.services.cost_settlement import settle_neighbours
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.impact_fields import money_values
from plant_itsm.services.incident_book import STOP, IncidentBook
from plant_itsm.services.incident_lines import incident_rows, lines_of
from plant_itsm.services.oee import stop_changed
from plant_itsm.services.settings import Settings

TITLE_LENGTH = 140
LOOSE_STOPS = 50
"""So many stops of a batch that belong to no incident yet are grouped at once: what a flood brings next is then known
to be a part as it is opened, which is cheaper."""
_GRAVEST_FIRST = list(EventKind)
NOTHING_OF_ITS_OWN = {
	"suspected_root_ci": None,
	"units_per_shift": 0,
	"cost_per_hour": None,
	"currency": None,
	"priority": None,
	"priority_reason": None,
	"parts_due_at": None,
}
"""A part costs nothing and has no ticket: its incident has."""


class Incidents:
	"""Keeps the incidents of one transaction, which holds the lock of grouping (plant_locks.py).

	posted: the stops that have something in the outbox that is due now. has_settled: what time brings has changed.
	"""

	def __init__(
		self,
		records: Records,
		model: ImpactModel,
		settings: Settings,
		rules: Sequence[PriorityRule],
		*,
		apart: bool = False,
	):
		"""apart: of a drill, which is part of no incident and has none as its part."""
		self._records = records
		self._model = model
		self._settings = settings
		self._rules = rules
		self._apart = apart
		self._book: IncidentBook | None = None
		self._loose = 0
		self._changed: dict[str, None] = {}
		self._moved: dict[str, None] = {}
		self._merging: set[str] = set()
		self._suspected: dict[str, str] = {}
		self._own_impacts: dict[str, Impact] = {}
		self._entries: list[Record] = []
		self.posted: dict[str, None] = {}
		self.has_settled = False

	def open_stop(self, key: str) -> Record | None:
		"""The stop that is open for a trouble, if any. The first question locks all that are open."""
		return self._opened_book().open_stop(key)

	def _opened_book(self) -> IncidentBook:
		if self._book is None:
			self._book = IncidentBook(self._records, apart=self._apart)
		return self._book

	def drafted(self, stop: Record) -> Record:
		"""Keep the draft of a stop until the end of the batch, or until somebody asks the records."""
		return self._opened_book().put_draft(stop)

	def save_drafts(self) -> None:
		if self._book:
			self._book.save_drafts()

	def root_for(self, stop: Record) -> str | None:
		"""The open incident that a stop which is about to be opened is plainly a part of."""
		if stop["kind"] not in EXPLAINED:
			return None
		book = self._opened_book()
		new = book.incident_of({"name": "", "suspected_root_ci": None, **stop})
		return root_for(new, book.incidents(), self._model.reach, self._settings.suspicion)

	def note(self, stop: Record, own_impact: Impact | None = None) -> None:
		"""A stop was opened, ended or reopened. own_impact: what its CI alone does, if that was computed just now."""
		book = self._opened_book()
		book.put(stop)
		self._moved[stop["name"]] = None
		self._loose += not stop["parent_stop"]
		if self._loose >= LOOSE_STOPS:
			self._changed |= self._join(book)
		if own_impact is not None:
			self._own_impacts[stop["name"]] = own_impact

	def post(
		self, stop: Record, action: OutboxAction, now: datetime, not_before: datetime | None = None
	) -> None:
		entry = outbox.entry_for(stop, action, now, not_before)
		self._entries.append(self._records.draft(outbox.DOCTYPE, entry))
		if not_before is None or not_before <= now:
			self.posted[stop["name"]] = None

	# ------------------------------------------------------------------ the end of a batch

	def settle(self, now: datetime) -> None:
		"""Bring the incidents of all stops that were noted up to date."""
		book = self._book
		if not self._moved or book is None:
			return
		book.complete()
		changed = dict.fromkeys(book.root_of(stop) for stop in self._moved)
		changed |= self._set_free(book, now)
		changed |= self._changed | self._join(book)
		changed |= self._share_redundancy(book, changed)
		book.save_drafts()
		book.read_lines(root for root in changed if book.root_of(root) == root)
		for root in changed:
			if book.root_of(root) == root:
				self._renew(book, root, now)
		self._records.insert_drafts(outbox.DOCTYPE, self._entries)
		self._entries = []
		self.has_settled = True
		self._book = None
		self._changed = {}
		self._moved.clear()
		self._merging.clear()

	def _set_free(self, book: IncidentBook, now: datetime) -> dict[str, None]:
		"""Parts that have outlasted their root for longer than the grace are no longer its parts."""
		changed: dict[str, None] = {}
		for stop in list(book.open_stops()):
			root = book[stop["parent_stop"]] if stop["parent_stop"] else None
			if root is None or root["status"] == LineStopStatus.OPEN:
				continue
			is_over = root["incident_ended_at"] is not None
			if is_over or (root["parts_due_at"] is not None and root["parts_due_at"] <= now):
				book.write(stop["name"], {"parent_stop": None})
				changed |= {stop["name"]: None, root["name"]: None}
		return changed

	def _join(self, book: IncidentBook) -> dict[str, None]:
		"""Make incidents parts of those that explain them. Returns the roots that have more parts now."""
		grouping = group(book.incidents(), self._model.reach, self._settings.suspicion)
		joining: dict[str, list[str]] = {}
		for name, root in grouping.parents.items():
			joining.setdefault(root, []).append(name)
		for root, names in joining.items():
			if any(
				book[name]["priority"] for name in names
			):  # it has its ticket already, or that is on its way
				self._merging.add(root)
			keep_acknowledgement(self._records, book, root, names)
			parts = book.all_parts(names)
			for name in sorted({part["parent_stop"] for part in parts}):
				book.write(name, {"incident_lines": []})
			book.write_all(names, {"parent_stop": root, **NOTHING_OF_ITS_OWN})
			book.write_all([part["name"] for part in parts], {"parent_stop": root})
		self._suspected |= grouping.suspected
		self._loose = 0
		return dict.fromkeys(joining)

	def _share_redundancy(self, book: IncidentBook, changed: dict[str, None]) -> dict[str, None]:
		"""The other incidents whose CIs stand for each other with one that has changed: what one can bear depends on
		the others."""
		if not any(self._is_before_gate(book[root]) for root in changed):
			return {}
		return {
			row["name"]: None
			for row in book.open_stops()
			if not row["parent_stop"] and self._is_before_gate(row)
		}

	def _is_before_gate(self, stop: Record) -> bool:
		number = self._model.reach.number_of(stop["root_ci"] or "")
		return number is not None and self._model.reach.is_before_gate(number)

	# ------------------------------------------------------------------ one incident

	def _renew(self, book: IncidentBook, name: str, now: datetime) -> None:
		root, parts = book[name], book.open_parts(name)
		open_stops = [stop for stop in (root, *parts) if stop["status"] == LineStopStatus.OPEN]
		if open_stops or root["priority"] is None:
			self._weigh(book, root, open_stops or [root], now)
		if not open_stops:
			self._finish(book, root, now)

	def _weigh(self, book: IncidentBook, root: Record, stops: Sequence[Record], now: datetime) -> None:
		"""What the incident does to lines and money, how urgent that is, and what of it is to be told."""
		name, was_ordered = root["name"], root["priority"] is not None
		impact = self._impact(book, root, stops)
		priority = self._priority(root, impact)
		values = {
			**money_values(impact),
			"priority": priority.name if priority else root["priority"],
			"priority_reason": priority.reason if priority else root["priority_reason"],
			"suspected_root_ci": self._suspected.get(name, root["suspected_root_ci"]),
		}
		lines, new_lines = self._lines(book, root, impact, len(stops) > 1)
		told = {
			field: value for field, value in values.items() if (root[field] or None) != (value or None)
		} | lines
		clocks = {"parts_due_at": self._parts_due_at(root, now), "incident_ended_at": None}
		changed = told | {field: value for field, value in clocks.items() if root[field] != value}
		if changed:
			book.write(name, changed)
		if root["priority"] and not was_ordered:
			due = self._ticket_due(root, list(impact.lines))
			self.post(root, OutboxAction.OPEN_TICKET, now, due)
			self.post(root, OutboxAction.NOTIFY, now, due)
		elif root["priority"] and told:
			self.post(root, OutboxAction.UPDATE_TICKET, now)
		if was_ordered and new_lines:
			self.post(root, OutboxAction.NOTIFY, now)
		if name in self._merging and root["priority"]:
			self.post(root, OutboxAction.MERGE_TICKETS, now)

	def _impact(self, book: IncidentBook, root: Record, stops: Sequence[Record]) -> IncidentImpact:
		own = self._own_impacts.get(root["name"])
		if own is not None and len(stops) == 1 and not self._is_before_gate(root):
			return incident_impact([own])
		cis: dict[EventKind, list[str]] = {}
		for stop in stops:
			if self._model.holds_ci(stop["root_ci"] or ""):
				cis.setdefault(EventKind(stop["kind"]), []).append(stop["root_ci"])
		impacts = [
			weigh(kind, self._model.impact(cis[kind], root["onset"]))
			for kind in _GRAVEST_FIRST
			if kind in cis
		]
		if self._is_before_gate(root) and EventKind.LINE_STOP in cis:
			impacts.append(self._completed(book, root, cis[EventKind.LINE_STOP]))
		return incident_impact(impacts)

	def _completed(self, book: IncidentBook, root: Record, cis: Sequence[str]) -> Impact:
		"""What these CIs do because others, whose incidents are older, are down already: the last that could bear the
		loss is gone with them."""
		order = (root["detected_at"], root["name"])
		others = [
			row["root_ci"]
			for row in book.open_stops()
			if row["kind"] == EventKind.LINE_STOP
			and (row["detected_at"], row["name"]) < order
			and self._model.holds_ci(row["root_ci"] or "")
		]
		before = {line.line.name: line.state for line in self._model.impact(others, root["onset"]).lines}
		together = self._model.impact([*others, *cis], root["onset"])
		return together.only(line for line in together.lines if before.get(line.line.name) != line.state)

	def _priority(self, root: Record, impact: IncidentImpact) -> Priority | None:
		urgency = Urgency(EventKind(root["kind"]), impact.cost_per_hour, impact.minutes_to_impact)
		return priority_of(self._rules, urgency)

	def _parts_due_at(self, root: Record, now: datetime) -> datetime | None:
		if root["status"] == LineStopStatus.OPEN:
			return None
		due: datetime | None = root["parts_due_at"]
		return due or now + timedelta(seconds=self._settings.child_grace_seconds)

	def _lines(
		self, book: IncidentBook, root: Record, impact: IncidentImpact, has_parts: bool
	) -> tuple[Record, list[str]]:
		"""(the fields that say which lines the incident concerns, the lines that were not among them before)"""
		if root["name"] in self._own_impacts and not has_parts and not self._is_before_gate(root):
			return {}, []
		rows, new_lines = incident_rows(book.with_lines(root["name"]), impact)
		if rows is None:
			return {}, []
		names = [row["production_line"] for row in rows]
		heading = title(EventKind(root["kind"]), root["root_ci"], names, is_drill=root["is_drill"])
		return {"incident_lines": rows, "title": heading[:TITLE_LENGTH]}, new_lines

	def _ticket_due(self, root: Record, lines: Sequence[str]) -> datetime | None:
		"""When a stop is too long for a micro-stop; None where that is not waited for, as by who rehearses."""
		if root["is_drill"]:
			return None
		limit = self._micro_stop_seconds(lines)
		return root["onset"] + timedelta(seconds=limit) if limit else None

	def _micro_stop_seconds(self, lines: Sequence[str]) -> float:
		"""The shortest limit of the lines that stand."""
		general = self._settings.micro_stop_below_seconds
		limits = [
			line["micro_stop_below_seconds"] if line["own_micro_stop_limit"] else general
			for line in self._records.find("Production Line", {"name": ("in", list(lines))})
		]
		return float(min(limits, default=general))

	def _finish(self, book: IncidentBook, root: Record, now: datetime) -> None:
		"""The last of an incident has ended: say so once, and what it all cost."""
		if root["incident_ended_at"] is not None:
			return
		parts = book.all_parts([root["name"]])
		ended_at = max(stop["ended_at"] for stop in (root, *parts))
		stored = book.with_lines(root["name"])
		lines = [row["production_line"] for row in lines_of(stored)]
		lasted = (ended_at - root["onset"]).total_seconds()
		is_micro = (
			not root["hd_ticket"] and bool(root["priority"]) and lasted < self._micro_stop_seconds(lines)
		)
		values = {"incident_ended_at": ended_at, "parts_due_at": None, "micro_stop": is_micro}
		book.write(root["name"], values)
		if is_micro:  # another loss than its shifts have counted so far
			stop_changed(self._records, root["name"], [row["production_line"] for row in stored["lines"]])
		settle_neighbours(self._records, book[root["name"]] | {"lines": stored["lines"]}, ended_at)
		if root["priority"] and not is_micro:
			self.post(root, OutboxAction.REPORT_END, now)

	# ------------------------------------------------------------------ time

	def pass_time(self, now: datetime) -> None:
		"""Set parts free whose grace is over, and hand on the tickets of stops that are too long for a micro-stop."""
		for row in self._records.find(STOP, {"parts_due_at": ("<=", now)}):
			self.note(row)
		self.settle(now)
		self.posted |= dict.fromkeys(outbox.released(self._records, now))
		self.has_settled = True


def next_due(records: Records, now: datetime) -> datetime | None:
	"""When Incidents.pass_time will have something to do."""
	rows = records.find(STOP, {"parts_due_at": ("is", "set")}, order_by="parts_due_at", limit=1)
	moments = [row["parts_due_at"] for row in rows]
	return min([*moments, *outbox.waiting_until(records, now)], default=None)
