"""Writing a recording of what an OT Connection sends, beside a listener that goes on undisturbed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import redis

from plant_itsm.domain.errors import MissingRecordError, PlantItsmError
from plant_itsm.domain.recordings import RecordingError, RecordingHeader, end_line, signal_line
from plant_itsm.domain.signals import RawSignal
from plant_itsm.domain.sparkplug_topics import topic_filters
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol
from plant_itsm.ot_listeners.connection_settings import mqtt_settings, opcua_settings
from plant_itsm.ot_listeners.intake import BATCH, SignalStreams
from plant_itsm.ot_listeners.recording_sources import mqtt_source, opcua_source
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.sparkplug import is_sparkplug


@dataclass(frozen=True)
class Limits:
	"""Where a recording ends; None for no such limit. goes_on: asked often."""

	seconds: float | None = None
	signals: int | None = None
	goes_on: Callable[[], bool] = lambda: True


class Recorder:
	"""Writes signals as they come, up to its limits."""

	def __init__(self, out: TextIO, header: RecordingHeader, clock: Clock, limits: Limits):
		self._out = out
		self._header = header
		self._clock = clock
		self._limits = limits
		self._ends_at = float("inf")
		self.written = 0

	def begin(self) -> None:
		self._out.write(self._header.line())
		self._out.flush()
		if self._limits.seconds is not None:
			self._ends_at = time.monotonic() + self._limits.seconds

	def take(self, signals: Iterable[RawSignal]) -> None:
		for signal in signals:
			if not self._is_full():
				self._out.write(signal_line(signal))
				self.written += 1
		self._out.flush()

	def _is_full(self) -> bool:
		return self._limits.signals is not None and self.written >= self._limits.signals

	def is_done(self) -> bool:
		return self._is_full() or time.monotonic() >= self._ends_at or not self._limits.goes_on()

	def end(self) -> None:
		self._out.write(end_line(self._clock.now()))
		self._out.flush()


def record_to_file(
	ports: Ports,
	connection: str,
	path: Path,
	limits: Limits,
	*,
	addresses: Collection[str] = (),
	from_stream: bool = False,
	tell: Callable[[str], None],
) -> int:
	"""Record an OT Connection into a file: the addresses of its rules and those given. How many signals it holds.

	Raises MissingRecordError, RecordingError for a file that cannot be written or nothing to record, and what
	record_live raises; then there is no file.
	"""
	with ports.records.transaction():
		record = connection_named(ports.records, connection)
		wanted = addresses_to_record(ports.records, record) | frozenset(addresses)
		header = header_of(ports, record)
	if not (wanted or from_stream):
		raise RecordingError(
			f"OT Connection {connection} has no Signal Rule, so there is no address to record. Name one with --address."
		)
	try:
		out = path.open("x", encoding="utf-8")
	except OSError as error:
		raise RecordingError(
			f"{path}: {error.strerror}. Name a new file in a folder that you may write to."
		) from None
	with out:
		recorder = Recorder(out, header, ports.clock, limits)
		try:
			if from_stream:
				record_stream(ports, record, recorder)
			else:
				record_live(ports, record, recorder, wanted, tell)
		except PlantItsmError:
			if not recorder.written:
				path.unlink()
			raise
	return recorder.written


def connection_named(records: Records, name: str) -> Record:
	"""An OT Connection. Raises MissingRecordError that names those that there are."""
	record = records.get("OT Connection", name)
	if record is None:
		known = ", ".join(row["name"] for row in records.find("OT Connection")) or "none"
		raise MissingRecordError(f"OT Connection {name!r} does not exist. There is: {known}.")
	return record


def header_of(ports: Ports, connection: Record) -> RecordingHeader:
	site = ports.records.get("Plant Site", connection["plant_site"]) if connection["plant_site"] else None
	is_mqtt = connection["protocol"] == Protocol.MQTT
	return RecordingHeader(
		connection=connection["name"],
		protocol=Protocol(connection["protocol"]),
		payload_format=PayloadFormat(connection["payload_format"]) if is_mqtt else PayloadFormat.JSON,
		zone=site["time_zone"] if site else "UTC",
		started_at=ports.clock.now(),
	)


def addresses_to_record(records: Records, connection: Record) -> frozenset[str]:
	"""What the rules of a connection look at, the disabled ones too: they are tried on recordings."""
	addresses = {row["address"] for row in records.find("Signal Rule", {"connection": connection["name"]})}
	return topic_filters(addresses) if is_sparkplug(connection) else frozenset(addresses)


def record_live(
	ports: Ports,
	connection: Record,
	recorder: Recorder,
	addresses: Collection[str],
	tell: Callable[[str], None],
) -> None:
	"""Record from the source, with a client or session of our own, until the recorder is done.

	tell(text) hears of losses, which are repaired, and of refused addresses. Raises ConnectionSettingError, and
	SourceError when the source cannot be reached at the start.
	"""
	recorder.begin()
	try:
		if connection["protocol"] == Protocol.MQTT:
			settings = mqtt_settings(ports, connection)
			mqtt_source(settings, addresses, ports.clock, recorder.take, recorder.is_done, tell)
		else:
			opcua = opcua_settings(ports, connection)
			opcua_source(opcua, addresses, ports.clock, recorder.take, recorder.is_done, tell)
	finally:
		recorder.end()


def record_stream(ports: Ports, connection: Record, recorder: Recorder) -> None:
	"""Record what waits in the Redis stream of a connection now; it stays there for the drain."""
	client: redis.Redis = connect(ports)
	streams, name, cursor = SignalStreams(client, ports.namespace), connection["name"], "0-0"
	recorder.begin()
	while not recorder.is_done():
		batch = streams.read({name: cursor}, BATCH, 0).get(name)
		if not batch:
			break
		recorder.take(streamed.signal for streamed in batch)
		cursor = batch[-1].stream_id
	recorder.end()
