"""A recording of signals: JSON Lines that begin with a header and end, where the recorder ended in order, with an end.

    {"plant_itsm_recording": 1, "connection": "Cell Broker", "protocol": "MQTT", "format": "JSON",
     "zone": "Europe/Berlin", "started_at": "2026-06-01T08:00:00+00:00"}
    {"address": "plant/AR-042/status", "text": "OFFLINE", "quality": "good", "source_time": null,
     "received_time": "2026-06-01T08:00:05+00:00"}
    {"ended_at": "2026-06-01T08:10:00+00:00"}

Each object stands on one line. A payload that is no UTF-8 stands as `base64`. Times are ISO 8601 with a zone. A last
line that was cut off is left out.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.signals import GOOD, RawSignal
from plant_itsm.domain.vocabulary import PayloadFormat, Protocol

VERSION = 1
LONGEST_LINE = 1_000_000
"""Characters of one line. The payload of a signal is bounded by its OT Connection, 256 KiB by default."""


class RecordingError(PlantItsmError):
	"""A recording cannot be read; the text names the line."""


@dataclass(frozen=True)
class RecordingHeader:
	"""connection: the OT Connection that was recorded. zone: that of its plant, for people who read the times."""

	connection: str
	protocol: Protocol
	payload_format: PayloadFormat
	zone: str
	started_at: datetime

	def line(self) -> str:
		return _line(
			{
				"plant_itsm_recording": VERSION,
				"connection": self.connection,
				"protocol": self.protocol,
				"format": self.payload_format,
				"zone": self.zone,
				"started_at": self.started_at.isoformat(),
			}
		)


def signal_line(signal: RawSignal) -> str:
	row: dict[str, Any] = {"address": signal.address}
	try:
		row["text"] = signal.payload.decode()
	except UnicodeDecodeError:
		row["base64"] = base64.b64encode(signal.payload).decode()
	row["quality"] = signal.quality
	row["source_time"] = signal.source_time.isoformat() if signal.source_time else None
	row["received_time"] = signal.received_time.isoformat()
	if signal.problem:
		row["problem"] = signal.problem
	if signal.payload_bytes > len(signal.payload):
		row["payload_bytes"] = signal.payload_bytes
	return _line(row)


def read_signal(line: str) -> RawSignal:
	"""The signal of one line, as signal_line has written it. Raises RecordingError."""
	try:
		return _signal(json.loads(line))
	except (KeyError, TypeError, ValueError, RecursionError) as error:
		raise RecordingError(f"{line[:80]!r} is no recorded signal ({error!r}).") from None


def end_line(ended_at: datetime) -> str:
	return _line({"ended_at": ended_at.isoformat()})


def _line(row: dict[str, Any]) -> str:
	return json.dumps(row, ensure_ascii=False) + "\n"


class Recording:
	"""Reads a recording from its lines. ended_at is known once all signals have been read; None for a cut one."""

	def __init__(self, name: str, lines: Iterable[str]):
		self._name = name
		self._lines = enumerate(lines, start=1)
		self.header = self._header()
		self.ended_at: datetime | None = None

	def signals(self) -> Iterator[RawSignal]:
		"""The signals in the order of the file, once. Raises RecordingError."""
		for number, text in self._lines:
			if not text.strip():
				continue
			row = self._row(number, text)
			if row is None:
				return
			try:
				if "ended_at" in row:
					self.ended_at = _moment(row["ended_at"])
					return
				yield _signal(row)
			except (KeyError, TypeError, ValueError, binascii.Error) as error:
				reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
				raise self._refuse(number, f"is no recorded signal ({reason})") from None

	def _header(self) -> RecordingHeader:
		number, text = next(self._lines, (1, ""))
		row = self._row(number, text) or {}
		version = row.get("plant_itsm_recording")
		if version is None:
			raise self._refuse(number, "is no header of a recording. Make one with: plant-itsm record")
		if version != VERSION:
			raise self._refuse(number, f"names version {version!r}, this plant_itsm reads {VERSION}")
		try:
			ZoneInfo(row["zone"])
			return RecordingHeader(
				connection=str(row["connection"]),
				protocol=Protocol(row["protocol"]),
				payload_format=PayloadFormat(row["format"]),
				zone=row["zone"],
				started_at=_moment(row["started_at"]),
			)
		except (KeyError, TypeError, ValueError, OSError) as error:
			raise self._refuse(number, f"is no whole header ({error})") from None

	def _row(self, number: int, text: str) -> dict[str, Any] | None:
		"""The object of a line; None for a last line that was cut off while it was written."""
		if len(text) > LONGEST_LINE:
			raise self._refuse(number, f"is longer than {LONGEST_LINE} characters")
		try:
			row = json.loads(text)
		except (ValueError, RecursionError) as error:
			if number > 1 and not text.endswith("\n"):
				return None
			raise self._refuse(number, f"is no JSON ({error})") from None
		if not isinstance(row, dict):
			raise self._refuse(number, "is no JSON object")
		return row

	def _refuse(self, number: int, trouble: str) -> RecordingError:
		return RecordingError(f"{self._name}, line {number} {trouble}.")


def _signal(row: dict[str, Any]) -> RawSignal:
	payload = base64.b64decode(row["base64"], validate=True) if "base64" in row else row["text"].encode()
	if not isinstance(row["address"], str):
		raise TypeError("address is no text")
	source_time = row.get("source_time")
	return RawSignal(
		address=row["address"],
		payload=payload,
		received_time=_moment(row["received_time"]),
		source_time=_moment(source_time) if source_time else None,
		quality=str(row.get("quality", GOOD)),
		problem=row.get("problem"),
		payload_bytes=int(row.get("payload_bytes") or len(payload)),
	)


def _moment(text: str) -> datetime:
	moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
	if moment.tzinfo is None:
		raise ValueError(f"{text!r} has no zone")
	return moment
