"""The recordings of the week through the drains, with a clock that is set; then what people correct."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count

from plant_itsm.domain.recordings import Recording
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.domain.vocabulary import StopClassification
from plant_itsm.ports import Notice, Ports, Record
from plant_itsm.services import oee, outbox, stop_history
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.contract_plant import SmallPlant
from tests.week.facts import LINES, Cells, at
from tests.week.plant import WeekPlant
from tests.week.recording import WeekRecordings
from tests.week.story import MergeWith, Onset, Reclassified, Split, Story, Trouble

TOGETHER = timedelta(seconds=0.5)
"""What arrives within so long is drained in one batch."""
BATCH = 500
LOOK = timedelta(seconds=10)
"""How often a drain looks whether a flood has ended."""


@dataclass
class SetClock:
	"""Each call is a microsecond later, so that records keep their order."""

	moment: datetime

	def now(self) -> datetime:
		self.moment += timedelta(microseconds=1)
		return self.moment


class Nobody:
	"""Nothing is queued, and whoever would be told is not."""

	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: object) -> None:
		"""The week carries out itself what is due."""

	def notify(self, notice: Notice) -> tuple[str, ...]:
		return ()


class Week:
	"""One week on the records of an edition."""

	def __init__(self, ports: Ports, prefix: str, story: Story):
		self.clock = SetClock(at("Mon", "00:00:00"))
		nobody = Nobody()
		self.ports = replace(ports, clock=self.clock, jobs=nobody, notifier=nobody)
		self.records = ports.records
		self.story = story
		self._prefix = prefix
		self._places = count(1)
		self._plant = SmallPlant(self.records, prefix)
		self.plant = WeekPlant(self._plant, story.cells)

	def play(self) -> None:
		"""Write the plant, let the week happen, correct it, and compute its shifts."""
		self.plant.write()
		recordings = WeekRecordings(self.story, self.plant)
		with self.records.transaction():
			model = ImpactModel(self.records)
		sources = (recordings.broker(), recordings.controller())
		self._drains = {source.header.connection: self._drain(source, model) for source in sources}
		for connection, batch in _batches(sources):
			self._pass_time_until(batch[0].received_time)
			self.clock.moment = max(self.clock.moment, batch[-1].received_time)
			self._process(connection, batch)
		self._pass_time_until(at("Next", "06:00:00"))
		self._refresh()
		self._correct()
		self._refresh()

	def _drain(self, source: Recording, model: ImpactModel) -> ConnectionDrain:
		return ConnectionDrain(self.ports, source.header.connection, model)

	def _process(self, connection: str, batch: Sequence[RawSignal]) -> None:
		streamed = [StreamedSignal(f"{next(self._places)}-0", signal) for signal in batch]
		self._deliver(self._drains[connection].process(streamed))

	def _deliver(self, stops: Iterable[str]) -> None:
		for stop in stops:
			outbox.deliver(self.ports, stop)

	def _pass_time_until(self, until: datetime) -> None:
		"""Let everything happen that time alone brings."""
		while (due := self._next_moment()) is not None and due <= until:
			self.clock.moment = max(due, self.clock.moment)
			for drain in self._drains.values():
				self._deliver(drain.pass_time())
		self.clock.moment = max(until, self.clock.moment)

	def _next_moment(self) -> datetime | None:
		drains = self._drains.values()
		dues = [due for drain in drains if (due := drain.next_due()) is not None]
		if any(drain.needs_looking_after() for drain in drains):
			dues.append(self.clock.moment + LOOK)
		return min(dues, default=None)

	def _refresh(self) -> None:
		"""The tick of the lines of this week, a moment after its end."""
		for line in LINES:
			with self.records.transaction():
				oee.refresh_line(self.records, self._plant.named(line.name), self.clock.now())

	# ------------------------------------------------------------- people

	def _correct(self) -> None:
		for trouble in self.story.troubles:
			if trouble.correction is not None:
				with self.records.transaction():
					name = self._stop_of(trouble)
					self._correct_one(name, trouble)
				self._deliver([name])

	def _correct_one(self, name: str, trouble: Trouble) -> None:
		why = "The script says so."
		match trouble.correction:
			case Onset(moment):
				stop_history.correct_onset(self.records, name, moment, why)
			case Split(moment):
				stop_history.split_stop(self.records, name, moment, why)
			case MergeWith():
				later = min(
					(
						one
						for one in self.story.troubles
						if one.ci == trouble.ci and one.spells > trouble.spells
					),
					key=lambda one: one.spells,
				)
				stop_history.merge_stops(self.records, [name, self._stop_of(later)], why)
			case Reclassified(classification, reason, _):
				wanted = StopClassification(classification)
				stop_history.reclassify_stop(self.records, name, wanted, reason, why)

	def _stop_of(self, trouble: Trouble) -> str:
		onset = trouble.spells[0][0]
		(stop,) = self.records.find("Line Stop", {"root_ci": self._plant.named(trouble.ci), "onset": onset})
		return str(stop["name"])

	# ------------------------------------------------------------- what is recorded

	@cached_property
	def stops(self) -> list[Record]:
		"""Every stop of the week as it stands after it was played, with its tables."""
		mine = {"root_ci": ("in", [row["name"] for row in self._mine("OT CI", "ci_name")])}
		found = self.records.find("Line Stop", mine, order_by="onset")
		return [self.records.get("Line Stop", row["name"]) or {} for row in found]

	def shifts(self) -> list[Record]:
		lines = [self._plant.named(line.name) for line in LINES]
		return self.records.find(
			"Line Shift Record", {"production_line": ("in", lines)}, order_by="shift_start"
		)

	def tickets(self) -> list[Record]:
		"""Those that were not merged into another."""
		names = [stop["hd_ticket"] for stop in self.stops if stop["hd_ticket"]]
		found = self.records.find("HD Ticket", {"name": ("in", names)})
		return [ticket for ticket in found if not ticket["is_merged"]]

	def _mine(self, doctype: str, fieldname: str) -> list[Record]:
		return self.records.find(doctype, {fieldname: ("like", f"{self._prefix} %")})

	def plain(self, name: str | None) -> str | None:
		return name and name.removeprefix(f"{self._prefix} ")


def _batches(sources: Sequence[Recording]) -> Iterator[tuple[str, list[RawSignal]]]:
	"""(connection, what arrives of it within moments), in the order of time; each drain takes what is its own."""
	tagged = [
		[(signal.received_time, number, signal) for signal in source.signals()]
		for number, source in enumerate(sources)
	]
	waiting: list[list[RawSignal]] = [[] for _ in sources]
	begun: datetime | None = None
	for moment, number, signal in heapq.merge(*tagged, key=lambda one: one[:2]):
		if begun is None or moment - begun > TOGETHER:
			yield from _drained(sources, waiting)
			begun = moment
		waiting[number].append(signal)
	yield from _drained(sources, waiting)


def _drained(
	sources: Sequence[Recording], waiting: Sequence[list[RawSignal]]
) -> Iterator[tuple[str, list[RawSignal]]]:
	for source, signals in zip(sources, waiting, strict=True):
		for first in range(0, len(signals), BATCH):
			yield source.header.connection, signals[first : first + BATCH]
		signals.clear()


def small() -> tuple[Cells, int]:
	"""(cells, alarms) of a flood for every day."""
	return Cells(2, 19), 400


def full() -> tuple[Cells, int]:
	"""800 CIs that tell 10,000 alarms within a second."""
	return Cells(20, 39), 10_000
