"""What the machines of a fault plant say, and what must come of it by the book."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from plant_itsm.domain.vocabulary import Transition
from tests.faults.plants import OFFLINE, RUNNING, counter_topic, machine, status_topic

SPACING = timedelta(milliseconds=1)
"""Between the source times of two messages: each is told apart by its time."""
TOGGLES, COUNTERS = 0.04, 0.1
"""The shares of messages that change a machine's state, and of those that tell a counter; the rest repeats a state."""


@dataclass(frozen=True)
class Message:
	"""One signal. value: a state, or a counter. ci: the machine whose state it tells, None for a counter."""

	address: str
	value: str | int
	source_time: datetime
	ci: str | None = None

	@property
	def payload(self) -> bytes:
		return json.dumps({"state": self.value, "ts": self.source_time.isoformat()}).encode()

	@property
	def identity(self) -> tuple[str, datetime]:
		return self.address, self.source_time


@dataclass
class Expected:
	"""transitions: what each signal that changes something must be recorded as. possible: what may be recorded too,
	where it is not known whether a signal before it came through. open_cis: machines that stand at the end.
	stopped_cis: those that stood for certain. touched_cis: those that may have."""

	transitions: dict[tuple[str, datetime], str] = field(default_factory=dict)
	possible: set[tuple[str, datetime, str]] = field(default_factory=set)
	open_cis: set[str] = field(default_factory=set)
	stopped_cis: set[str] = field(default_factory=set)
	touched_cis: set[str] = field(default_factory=set)

	def note(self, message: Message, outcomes: Collection[str | None], is_certain: bool) -> None:
		"""outcomes: what the message comes to, for each of the values that may have been there before."""
		self.possible.add(
			(*message.identity, Transition.LATE)
		)  # delivered once more when newer ones have been judged
		for outcome in filter(None, outcomes):
			self.possible.add((*message.identity, outcome))
			if outcome == Transition.RAISED and message.ci:
				self.touched_cis.add(message.ci)
		(outcome, *others) = outcomes
		if outcome is None or others or not is_certain:
			return
		self.transitions[message.identity] = outcome
		if outcome == Transition.RAISED and message.ci:
			self.stopped_cis.add(message.ci)


class Traffic:
	"""Makes messages of so many machines, the same ones for the same seed."""

	def __init__(
		self,
		seed: int,
		machines: int,
		status_of: Callable[[int], str] = status_topic,
		counter_of: Callable[[int], str] = counter_topic,
	):
		self._random = random.Random(seed)
		self._machines = machines
		self._status_of, self._counter_of = status_of, counter_of
		self._states = [RUNNING] * machines
		self._counters = [0] * machines
		self._time = datetime.now(timezone.utc) - timedelta(seconds=30)

	def messages(self, count: int) -> list[Message]:
		return [self._message(self._random.randrange(self._machines)) for _ in range(count)]

	def move_to(self, moment: datetime) -> None:
		"""Let the next message be of this moment, where the last one is not later."""
		self._time = max(self._time, moment)

	def last_states(self) -> list[Message]:
		"""What every machine repeats at the end."""
		return [self._status(number) for number in range(self._machines)]

	def _message(self, number: int) -> Message:
		dice = self._random.random()
		if dice < TOGGLES:
			self._states[number] = RUNNING if self._states[number] == OFFLINE else OFFLINE
		elif dice < TOGGLES + COUNTERS:  # a counter that moves, mostly
			self._counters[number] += self._random.random() < 0.9
			return Message(self._counter_of(number), self._counters[number], self._tick())
		return self._status(number)

	def _status(self, number: int) -> Message:
		return Message(self._status_of(number), self._states[number], self._tick(), machine(number))

	def _tick(self) -> datetime:
		self._time += SPACING
		return self._time


def expected(
	messages: Iterable[Message], dubious: Collection[tuple[str, datetime]] = frozenset()
) -> Expected:
	"""What messages come to when each is judged once and in order. dubious: identities of messages of which nobody
	knows whether they came through."""
	result, values = Expected(), dict[str, set[str | int | None]]()
	for message in messages:
		before = values.get(message.address, {None})
		is_certain = message.identity not in dubious
		result.note(message, {_outcome(message, value) for value in before}, is_certain)
		values[message.address] = {message.value} | (set() if is_certain else before)
		if message.ci is not None and message.value == OFFLINE:
			result.open_cis.add(message.ci)
		elif message.ci is not None:
			result.open_cis.discard(message.ci)
	return result


def _outcome(message: Message, before: str | int | None) -> str | None:
	if message.ci is None:
		return None if before in (None, message.value) else Transition.CHANGED
	if message.value == OFFLINE:
		return None if before == OFFLINE else Transition.RAISED
	return Transition.CLEARED if before == OFFLINE else None


def parts(messages: Sequence[Message], count: int) -> list[Sequence[Message]]:
	"""The messages in `count` parts of about one size, in order."""
	edges = [len(messages) * number // count for number in range(count + 1)]
	return [messages[low:high] for low, high in itertools.pairwise(edges)]
