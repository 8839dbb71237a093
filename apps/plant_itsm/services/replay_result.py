"""What a replay comes to, for a terminal, for JSON and for the Desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.money import Money
from plant_itsm.domain.recordings import RecordingHeader
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.decisions import Decision, Outcome
from plant_itsm.services.impact_fields import money_of, rate_of
from plant_itsm.services.line_stops import DOCTYPE as LINE_STOP
from plant_itsm.services.rule_states import DOCTYPE as SIGNAL_STATE

WITHOUT_EFFECT = (Outcome.UNCHANGED, Outcome.IGNORED)


@dataclass(frozen=True)
class ReplayedLine:
	production_line: str
	state: str
	units_per_shift: int
	cost_per_hour: Money | None


@dataclass(frozen=True)
class ReplayedStop:
	"""An incident that would have been opened. duration_seconds and cost are of an ended one. priority: of its ticket,
	None where its kind opens none, and for a part of another incident (part_of)."""

	name: str
	title: str
	kind: EventKind
	status: LineStopStatus
	root_ci: str
	signal_rule: str
	onset: datetime
	ended_at: datetime | None
	duration_seconds: float | None
	reopened: int
	lines: tuple[ReplayedLine, ...]
	units_per_shift: int
	cost_per_hour: Money | None
	cost: Money | None
	not_priced: str
	priority: str | None
	part_of: str | None = None
	suspected_root_ci: str | None = None
	micro_stop: bool = False


@dataclass(frozen=True)
class Waiting:
	"""A delay that still ran when the recording ended."""

	rule: str
	address: str
	phase: str
	due_at: datetime


@dataclass(frozen=True)
class Counts:
	"""judged = events + suppressed + dead_letters + waiting: one signal is judged once by each of its rules."""

	signals: int
	judged: int
	events: int
	suppressed: int
	dead_letters: int
	waiting: int


@dataclass(frozen=True)
class Replay:
	connection: str
	header: RecordingHeader
	ended_at: datetime
	rules: tuple[str, ...]
	decisions: tuple[Decision, ...]
	stops: tuple[ReplayedStop, ...]
	waiting: tuple[Waiting, ...]
	floods: tuple[datetime, ...]
	counts: Counts

	def as_json(self) -> dict[str, Any]:
		return asdict(self, dict_factory=lambda pairs: {key: _plain(value) for key, value in pairs})

	def clock(self, at: datetime) -> str:
		"""Date and time in the zone of the recorded plant."""
		return f"{at.astimezone(ZoneInfo(self.header.zone)):%Y-%m-%d %H:%M:%S.%f}"[:-3]

	def lines(self, *, with_unchanged: bool = True) -> Iterator[str]:
		"""The replay as text, times in the zone of the recorded plant."""
		zone = ZoneInfo(self.header.zone)
		yield (
			f"OT Connection {self.connection}: {self.counts.signals} signals from"
			f" {self.header.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S} to"
			f" {self.ended_at.astimezone(zone):%Y-%m-%d %H:%M:%S} ({self.header.zone}),"
			f" judged by {', '.join(self.rules) or 'no rule'}"
		)
		yield ""
		for decision in self.decisions if with_unchanged else changes(self.decisions):
			yield _decision_text(decision, zone)
		for one in self.waiting:
			yield f"at the end  {one.phase.lower()}  {one.rule}  {one.address}: until {_clock(one.due_at, zone)}"
		yield from (f"alarm flood from {_clock(at, zone)}" for at in self.floods)
		yield ""
		yield f"{len(self.stops)} incident{'' if len(self.stops) == 1 else 's'} would have been opened"
		for stop in self.stops:
			yield from _stop_text(stop, zone)
		counts = self.counts
		yield ""
		yield (
			f"{counts.judged} judged = {counts.events} events + {counts.suppressed} suppressed"
			f" + {counts.dead_letters} dead letters + {counts.waiting} waiting"
		)


def changes(decisions: Iterable[Decision]) -> Iterator[Decision]:
	"""The decisions that moved something. A delay that begins again and again is told once."""
	waiting: set[tuple[str, str]] = set()
	for decision in decisions:
		key = decision.rule, decision.address
		if decision.outcome in WITHOUT_EFFECT or (decision.outcome == Outcome.WAITING and key in waiting):
			continue
		waiting.discard(key)
		if decision.outcome == Outcome.WAITING:
			waiting.add(key)
		yield decision


def _plain(value: Any) -> Any:
	if isinstance(value, Enum):
		return str(value.value)
	if isinstance(value, datetime):
		return value.isoformat()
	return str(value) if isinstance(value, Decimal) else value


def _clock(at: datetime, zone: ZoneInfo) -> str:
	return f"{at.astimezone(zone):%H:%M:%S.%f}"[:-3]


def _decision_text(decision: Decision, zone: ZoneInfo) -> str:
	value = f" = {decision.value}" if decision.value else ""
	kind = f" [{decision.event_kind}]" if decision.event_kind else ""
	stop = f" -> {decision.line_stop}" if decision.line_stop else ""
	reason = f": {decision.reason}" if decision.reason else ""
	who = f"{decision.rule or 'no rule'}{kind}"
	return (
		f"{_clock(decision.at, zone)}  {decision.outcome:<12}  {who}  {decision.address}{value}{stop}{reason}"
	)


def _stop_text(stop: ReplayedStop, zone: ZoneInfo) -> Iterator[str]:
	end = f"{_clock(stop.ended_at, zone)}" if stop.ended_at else "open at the end"
	when = f"{_clock(stop.onset, zone)} to {end}"
	yield f"  {stop.name}: {stop.title} ({_ticket_text(stop)}), root {stop.root_ci}, {when}"
	if stop.suspected_root_ci:
		yield f"    suspected root: {stop.suspected_root_ci}, which has not reported a failure"
	for line in stop.lines:
		money = f", {line.cost_per_hour} per hour" if line.cost_per_hour else ""
		yield f"    {line.production_line}: {line.state}, {line.units_per_shift} units per shift{money}"
	if len(stop.lines) > 1 and stop.cost_per_hour:
		yield f"    together {stop.units_per_shift} units per shift, {stop.cost_per_hour} per hour"
	if stop.duration_seconds is not None:
		cost = f", {stop.cost}" if stop.cost else ""
		again = f", back {stop.reopened} times" if stop.reopened else ""
		yield f"    lasted {duration_text(Decimal(str(stop.duration_seconds)))}{cost}{again}"
	if stop.not_priced:
		yield f"    not priced: {stop.not_priced}"


def _ticket_text(stop: ReplayedStop) -> str:
	if stop.part_of:
		return f"part of {stop.part_of}"
	if stop.micro_stop:
		return "micro-stop, no ticket"
	return f"{stop.priority} ticket" if stop.priority else "no ticket"


def replayed_stops(records: Records) -> tuple[ReplayedStop, ...]:
	names = [row["name"] for row in records.find(LINE_STOP, order_by="creation")]
	rows = [row for name in names if (row := records.get(LINE_STOP, name))]
	return tuple(_stop(row) for row in rows)


def _stop(row: Record) -> ReplayedStop:
	ended = row["status"] == LineStopStatus.ENDED
	return ReplayedStop(
		name=row["name"],
		title=row["title"],
		kind=EventKind(row["kind"]),
		status=LineStopStatus(row["status"]),
		root_ci=row["root_ci"],
		signal_rule=row["signal_rule"],
		onset=row["onset"],
		ended_at=row["ended_at"],
		duration_seconds=row["duration_seconds"] if ended else None,
		reopened=row["reopened"],
		lines=tuple(_line(line) for line in row["lines"]),
		units_per_shift=row["units_per_shift"],
		cost_per_hour=rate_of(row),
		cost=money_of(row["cost"], row["currency"]) if ended else None,
		not_priced=row["not_priced"] or "",
		priority=row["priority"],
		part_of=row["parent_stop"],
		suspected_root_ci=row["suspected_root_ci"],
		micro_stop=row["micro_stop"],
	)


def _line(row: Record) -> ReplayedLine:
	cost = rate_of(row)
	return ReplayedLine(row["production_line"], str(row["state"]), row["units_per_shift"], cost)


def waiting_delays(records: Records) -> tuple[Waiting, ...]:
	rows = records.find(SIGNAL_STATE, {"due_at": ("is", "set")}, order_by="due_at")
	return tuple(
		Waiting(row["signal_rule"], row["address"], str(row["phase"]), row["due_at"]) for row in rows
	)
