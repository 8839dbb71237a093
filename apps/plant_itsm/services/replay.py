"""A recording run through the rules of a plant: every decision with its reason, and the incidents it would have opened.

The drain itself judges, on records of a dry run and with the recording's time: delays and watchdogs end between two
signals as they would have ended then. Nothing is written, queued or sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.recordings import Recording, RecordingError
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.ports import Notice, Ports, Record, Records
from plant_itsm.services.decisions import Decision
from plant_itsm.services.drain import STATE, ConnectionDrain
from plant_itsm.services.dry_run import DryRunRecords
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.replay_result import Counts, Replay, replayed_stops, waiting_delays

RULE = "Signal Rule"
LOOK = timedelta(seconds=10)
"""How often a replay looks whether a suppression or a flood has ended; the drain does so each second."""


def replay(
	ports: Ports,
	recording: Recording,
	*,
	connection: str | None = None,
	rules: Sequence[str] = (),
	most_signals: int | None = None,
) -> Replay:
	"""Run a recording through the enabled rules of its OT Connection, or of the one named, and through `rules` even
	if they are disabled.

	Raises MissingRecordError for an unknown connection or rule, RecordingError for a line that is no signal or more
	than most_signals.
	"""
	name = connection or recording.header.connection
	try:
		with ports.records.transaction():
			raise _RolledBack(_replayed(ports, recording, name, rules, most_signals))
	except _RolledBack as end:
		return end.result


def replay_file(
	ports: Ports, path: Path, *, connection: str | None = None, rules: Sequence[str] = ()
) -> Replay:
	"""Replay a file. Raises what replay does, and RecordingError for a file that cannot be read."""
	try:
		with path.open(encoding="utf-8") as lines:
			return replay(ports, Recording(str(path), lines), connection=connection, rules=rules)
	except OSError as error:
		raise RecordingError(f"{path}: {error.strerror}. Name a recording.") from None
	except UnicodeDecodeError:
		raise RecordingError(f"{path}: not UTF-8, so it is no recording.") from None


class _RolledBack(Exception):
	"""Takes the result out of a transaction that must not commit."""

	def __init__(self, result: Replay):
		super().__init__()
		self.result = result


class _RecordedTime:
	"""The clock of the recording."""

	def __init__(self, moment: datetime):
		self.moment = moment

	def now(self) -> datetime:
		return self.moment


class _Nobody:
	"""Nothing is queued and nobody is told."""

	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: Any) -> None: ...

	def notify(self, notice: Notice) -> tuple[str, ...]:
		return ()


def _replayed(
	ports: Ports, recording: Recording, connection: str, rules: Sequence[str], most_signals: int | None
) -> Replay:
	_check_connection(ports.records, recording, connection)
	rows = _rules_to_try(ports.records, connection, rules)
	own = [row["name"] for row in rows if row["enabled"] and row["connection"] == connection]
	records = DryRunRecords(ports.records, {RULE: rows})
	clock = _RecordedTime(recording.header.started_at)
	silent = _Nobody()
	dry = replace(ports, records=records, clock=clock, jobs=silent, notifier=silent)
	run = _Run(recording, clock, dry, connection)
	run.to_the_end(most_signals)
	row = records.get(STATE, connection) or {}
	waiting = waiting_delays(records)
	return Replay(
		connection=connection,
		header=recording.header,
		ended_at=clock.moment,
		rules=tuple(sorted(own)),
		decisions=tuple(run.decisions),
		stops=replayed_stops(records),
		waiting=waiting,
		floods=tuple(flood["started_at"] for flood in records.find("Alarm Flood", order_by="creation")),
		counts=Counts(
			signals=run.signals,
			judged=row["received"],
			events=row["events"],
			suppressed=row["suppressed"],
			dead_letters=row["dead_lettered"],
			waiting=len(waiting),
		),
	)


def _check_connection(records: Records, recording: Recording, name: str) -> None:
	row = records.get("OT Connection", name)
	if row is None:
		known = ", ".join(one["name"] for one in records.find("OT Connection")) or "none"
		raise MissingRecordError(
			f"OT Connection {name!r}, which was recorded, does not exist in this plant. Name one of its own: {known}."
		)
	if row["protocol"] != recording.header.protocol:
		raise RecordingError(
			f"the recording is of {recording.header.protocol}, but OT Connection {name} speaks {row['protocol']}."
			" Name a connection of the same protocol."
		)


def _rules_to_try(records: Records, connection: str, names: Sequence[str]) -> list[Record]:
	"""All Signal Rules, those that are named as if they were enabled."""
	rows = records.find(RULE)
	own = {row["name"] for row in rows if row["connection"] == connection}
	for name in names:
		if name not in own:
			raise MissingRecordError(
				f"OT Connection {connection} has no Signal Rule {name!r}. It has: {', '.join(sorted(own)) or 'none'}."
			)
	return [row | {"enabled": row["enabled"] or row["name"] in names} for row in rows]


@dataclass
class _Run:
	recording: Recording
	clock: _RecordedTime
	ports: Ports
	connection: str
	decisions: list[Decision] = field(default_factory=list)
	signals: int = 0

	def to_the_end(self, most_signals: int | None) -> None:
		model = ImpactModel(self.ports.records)
		self._drain = ConnectionDrain(self.ports, self.connection, model, self.decisions.append)
		for signal in self.recording.signals():
			self.signals += 1
			if most_signals is not None and self.signals > most_signals:
				raise RecordingError(
					f"the recording holds more than {most_signals} signals: run it with the command plant-itsm replay."
				)
			self._pass_time_until(signal.received_time)
			self.clock.moment = signal.received_time
			self._drain.process([StreamedSignal(f"{self.signals}-0", signal)])
		if self.recording.ended_at is not None:
			self._pass_time_until(self.recording.ended_at)
			self.clock.moment = max(self.clock.moment, self.recording.ended_at)

	def _pass_time_until(self, until: datetime) -> None:
		"""Let everything happen that time alone brings before `until`."""
		while (at := self._next_moment()) is not None and at <= until:
			before = self.clock.moment
			self.clock.moment = max(at, before)
			self._drain.pass_time()
			if self._drain.next_due() == at:  # still due: it must not hold up the replay for ever
				self.clock.moment += timedelta(milliseconds=1)

	def _next_moment(self) -> datetime | None:
		due = self._drain.next_due()
		if not self._drain.needs_looking_after():
			return due
		look = self.clock.moment + LOOK
		return look if due is None else min(due, look)
