"""Dead letters put into the stream of their connection once more, for the drain to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from plant_itsm.domain.dead_letters import ReplayOutcome
from plant_itsm.domain.errors import MissingRecordError, PlantItsmError
from plant_itsm.domain.signals import stream_position
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.ports import Ports, Record
from plant_itsm.services.dead_letters import DEAD_LETTER
from plant_itsm.services.letter_replays import ReplayRefusedError, note_queued, signal_to_replay


@dataclass(frozen=True)
class ReplayRequest:
	"""What became of a request: the dead letters that the drain will judge, and (name, why not) of the others."""

	queued: tuple[str, ...]
	refused: tuple[tuple[str, str], ...]

	def as_json(self) -> dict[str, Any]:
		return asdict(self)

	def lines(self) -> Iterator[str]:
		yield from (f"queued: {name}" for name in self.queued)
		yield from (f"refused: {why}" for _, why in self.refused)


def replay_dead_letters(ports: Ports, names: Sequence[str], person: str) -> ReplayRequest:
	"""Queue the signals of dead letters in the order in which they first came. One that is refused keeps none back.

	Lets every error of Redis pass: what was queued before it stays queued.
	"""
	streams = SignalStreams(connect(ports), ports.namespace)
	queued: list[str] = []
	refused: list[tuple[str, str]] = []
	for name in _in_order(ports, names):
		try:
			_queue(ports, streams, name, person)
			queued.append(name)
		except PlantItsmError as error:
			refused.append((name, str(error)))
	return ReplayRequest(tuple(queued), tuple(refused))


def _in_order(ports: Ports, names: Sequence[str]) -> list[str]:
	with ports.records.transaction():
		rows = ports.records.find(DEAD_LETTER, {"name": ("in", list(names))})
	places = {row["name"]: stream_position(row["stream_id"] or "0-0") for row in rows}
	return sorted(dict.fromkeys(names), key=lambda name: places.get(name, (0, 0)))


def _queue(ports: Ports, streams: SignalStreams, name: str, person: str) -> None:
	"""The dead letter stays locked until the note is committed, so the drain finds it noted."""
	records = ports.records
	with records.transaction():
		letter = records.get(DEAD_LETTER, name, for_update=True)
		if letter is None:
			raise MissingRecordError(f"Signal Dead Letter {name!r} does not exist. Check the name.")
		signal = signal_to_replay(records, letter)
		_check_is_not_waiting(streams, letter)
		stream_id = streams.append(letter["connection"], replace(signal, replay_of=name))
		note_queued(records, name, person, ports.clock.now(), stream_id)


def _check_is_not_waiting(streams: SignalStreams, letter: Record) -> None:
	"""A replay that Redis has lost may be asked for again, one that waits may not."""
	waits = letter["replay_outcome"] == ReplayOutcome.QUEUED
	if waits and streams.holds(letter["connection"], letter["replay_stream_id"]):
		raise ReplayRefusedError(
			f"Signal Dead Letter {letter['name']} waits for the drain since {letter['replayed_at']}."
			" See that the drain runs: plant-itsm status"
		)
