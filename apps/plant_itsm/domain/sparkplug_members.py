"""What the births of an edge node and its devices have announced, and what their messages say by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.signals import GOOD, Decoded, StreamedSignal
from plant_itsm.domain.sparkplug_payload import (
	BAD,
	BD_SEQ,
	STALE,
	SparkplugMetric,
	SparkplugPayload,
	read_payload,
)
from plant_itsm.domain.sparkplug_topics import ONLINE, NodeId, SparkplugTopic
from plant_itsm.domain.sparkplug_values import metric_value, unread_type

CLOCK_SLACK = timedelta(seconds=60)
SHOWN_PROBLEMS = 3


@dataclass(frozen=True)
class SparkplugMessage:
	"""A message of an edge node that could be read, with the signal that brought it."""

	topic: SparkplugTopic
	payload: SparkplugPayload
	streamed: StreamedSignal

	@classmethod
	def read(cls, topic: SparkplugTopic, streamed: StreamedSignal) -> SparkplugMessage:
		"""Raises PayloadError when the listener or the payload says that it cannot be used."""
		if streamed.signal.problem:
			raise PayloadError(streamed.signal.problem)
		return cls(topic, read_payload(streamed.signal.payload), streamed)

	@property
	def happened_at(self) -> datetime:
		"""When it was sent by the node's clock, or, where that is far from ours, when we received it: births and deaths
		of one node are partly timed by us, and must not seem to have happened in another order."""
		sent, received = self.payload.time, self.streamed.signal.received_time
		return sent if sent is not None and abs(received - sent) <= CLOCK_SLACK else received


@dataclass(frozen=True)
class MetricDefinition:
	"""What a birth says of a metric; later messages may name it by its alias alone, and leave out its type."""

	name: str
	alias: int | None
	datatype: int | None


@dataclass(frozen=True)
class Member:
	"""An edge node (device None) or one of its devices, as its last birth announced it."""

	node: NodeId
	device: str | None
	definitions: tuple[MetricDefinition, ...]
	online: bool = True

	@cached_property
	def _by_name(self) -> dict[str, MetricDefinition]:
		return {definition.name: definition for definition in self.definitions}

	@cached_property
	def _by_alias(self) -> dict[int, MetricDefinition]:
		return {item.alias: item for item in self.definitions if item.alias is not None}

	def definition_of(self, metric: SparkplugMetric) -> MetricDefinition | None:
		"""The definition of a metric of a data message; None where the birth did not announce it."""
		if metric.name is not None:
			return self._by_name.get(metric.name)
		return self._by_alias.get(metric.alias) if metric.alias is not None else None

	def lost(self, message: SparkplugMessage, at: datetime) -> list[Decoded]:
		"""Every known metric without its value: nobody sees any more what it is."""
		return [
			Decoded(self._address(item.name), None, at, STALE, optional=True, origin=message.streamed)
			for item in self.definitions
		]

	def online_is(self, online: bool, message: SparkplugMessage, at: datetime) -> Decoded:
		return Decoded(self._address(ONLINE), online, at, GOOD, optional=True, origin=message.streamed)

	def _address(self, metric: str) -> str:
		return self.node.address(self.device, metric)


def member_of(message: SparkplugMessage) -> Member:
	"""The member that a birth announces. Raises PayloadError when two of its metrics share an alias."""
	definitions: dict[str, MetricDefinition] = {}
	by_alias: dict[int, str] = {}
	for metric in message.payload.metrics:
		if metric.name is None or metric.name == BD_SEQ:
			continue
		definitions[metric.name] = MetricDefinition(metric.name, metric.alias, metric.datatype)
		if metric.alias is None:
			continue
		other = by_alias.setdefault(metric.alias, metric.name)
		if other != metric.name:
			raise PayloadError(
				f"alias {metric.alias} stands for both {other!r} and {metric.name!r}:"
				" let the edge node give each metric an alias of its own"
			)
	return Member(message.topic.node, message.topic.device, tuple(definitions.values()))


@dataclass(frozen=True)
class Values:
	"""The values of a message. unknown: metrics that no birth has announced. problems: of those that are unusable."""

	decoded: tuple[Decoded, ...]
	unknown: tuple[str, ...]
	problems: tuple[str, ...]


def values_of(message: SparkplugMessage, member: Member) -> Values:
	decoded: list[Decoded] = []
	unknown: list[str] = []
	problems: list[str] = []
	for metric in message.payload.metrics:
		if metric.name == BD_SEQ:
			continue
		definition = member.definition_of(metric)
		try:
			if metric.problem or (metric.name is None and metric.alias is None):
				raise PayloadError(metric.problem or "a metric has neither name nor alias")
			if definition is None:
				unknown.append(metric.label)
			else:
				decoded.append(_decoded(message, member, metric, definition))
		except PayloadError as error:
			problems.append(str(error))
	return Values(tuple(decoded), tuple(unknown), tuple(problems))


def _decoded(
	message: SparkplugMessage, member: Member, metric: SparkplugMetric, definition: MetricDefinition
) -> Decoded:
	datatype = metric.datatype or definition.datatype
	if unread_type(metric, datatype):
		value, quality = None, BAD  # known, and no rule can compare it
	else:
		value, quality = metric_value(metric, datatype)
	return Decoded(
		member.node.address(member.device, definition.name),
		value,
		metric.time or message.payload.time,
		quality,
		historical=metric.is_historical,
		optional=True,
		origin=message.streamed,
	)


def some_of(items: tuple[str, ...]) -> str:
	"""The first few of a list, and how many more there are."""
	return "; ".join(_shown(items))


def _shown(items: tuple[str, ...]) -> Iterator[str]:
	yield from items[:SHOWN_PROBLEMS]
	if len(items) > SHOWN_PROBLEMS:
		yield f"and {len(items) - SHOWN_PROBLEMS} more"
