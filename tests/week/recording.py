"""The signals that tell the story of the week: a recording for each of the two connections."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from plant_itsm.domain.recordings import Recording, RecordingHeader, end_line, signal_line
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol
from tests.week.facts import LATENCY, LINE_STOP, RUNNING, WATCHED, WORDS, ZONE, at
from tests.week.plant import WeekPlant
from tests.week.story import Story


class WeekRecordings:
	"""Writes what a recorder at the broker and one at the controller would have written."""

	def __init__(self, story: Story, plant: WeekPlant):
		self._story, self._plant = story, plant

	def broker(self) -> Recording:
		signals = [*self._states(), *self._counters(), *self._heartbeats()]
		return _recording(self._plant.broker, Protocol.MQTT, PayloadFormat.JSON, signals)

	def controller(self) -> Recording:
		return _recording(self._plant.controller, Protocol.OPC_UA, PayloadFormat.JSON, self._switches())

	def _states(self) -> Iterator[RawSignal]:
		for trouble in self._story.troubles:
			if not _is_switch(trouble.ci):
				for start, end in trouble.spells:
					yield self._state(trouble.ci, start, WORDS[trouble.kind])
					yield self._state(trouble.ci, end, RUNNING)
		for moment, ci in self._repeated():
			if not _is_switch(ci):
				yield self._state(ci, moment, WORDS[LINE_STOP])

	def _switches(self) -> Iterator[RawSignal]:
		for trouble in self._story.troubles:
			if _is_switch(trouble.ci):
				for start, end in trouble.spells:
					yield self._reachable(trouble.ci, start, "false")
					yield self._reachable(trouble.ci, end, "true")
		for moment, ci in self._repeated():
			if _is_switch(ci):
				yield self._reachable(ci, moment, "false")

	def _repeated(self) -> Iterator[tuple[datetime, str]]:
		"""The alarms of the flood but the first of each CI, which is a trouble of its own."""
		said: set[str] = set()
		for moment, ci in self._story.flood_alarms:
			if ci in said:
				yield moment, ci
			said.add(ci)

	def _counters(self) -> Iterator[RawSignal]:
		totals: dict[str, int] = {}
		for count in self._story.counts:
			for counter, units in (("produced", count.produced), ("scrap", count.scrap)):
				topic = self._plant.topic(count.line, counter)
				totals[topic] = totals.get(topic, 1000) + units
				yield _message(topic, {"n": totals[topic]}, count.moment)

	def _heartbeats(self) -> Iterator[RawSignal]:
		for moment in self._story.heartbeats:
			yield _message(self._plant.topic(WATCHED, "heartbeat"), {"state": "alive"}, moment)

	def _state(self, ci: str, moment: datetime, word: str) -> RawSignal:
		return _message(self._plant.topic(ci, "state"), {"state": word}, moment)

	def _reachable(self, ci: str, moment: datetime, value: str) -> RawSignal:
		return RawSignal(self._plant.node(ci), value.encode(), moment + LATENCY, source_time=moment)


def _is_switch(ci: str) -> bool:
	return ci.lower().endswith("switch")


def _message(topic: str, values: dict[str, object], moment: datetime) -> RawSignal:
	payload = json.dumps({**values, "ts": moment.isoformat()}).encode()
	return RawSignal(topic, payload, moment + LATENCY)


def _recording(
	connection: str, protocol: Protocol, payload_format: PayloadFormat, signals: Iterable[RawSignal]
) -> Recording:
	header = RecordingHeader(connection, protocol, payload_format, ZONE.key, at("Mon", "00:00:00"))
	ordered = sorted(signals, key=lambda signal: signal.received_time)
	lines = [header.line(), *map(signal_line, ordered), end_line(at("Next", "00:00:00"))]
	return Recording(connection, lines)
