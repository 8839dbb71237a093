"""What an edge gateway and a site say to each other: batches of signals, each with its place, and receipts.

The signals of a connection are numbered at the gateway, without gaps, from 1 in each epoch; a spool that begins anew
begins a later epoch. A place "epoch-number" is the id that the signal has in the site's stream, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.recordings import RecordingError, read_signal, signal_line
from plant_itsm.domain.signals import RawSignal, stream_position

PROTOCOL = 1
"""Rises when an older side would misunderstand a newer one; both refuse what is not theirs."""
MOST_SIGNALS = 500
"""In one batch: what the drain takes in one transaction."""
START = "0-0"


class GatewayError(PlantItsmError):
	"""A gateway and its site do not fit each other; the text says what a person does about it."""


@dataclass(frozen=True)
class GatewayBatch:
	"""Signals of one OT Connection, numbered on from the place `after`.

	states: (state, detail) of each listener of the gateway. waiting: signals that its spool holds for this connection.
	"""

	connection: str
	after: str
	signals: tuple[RawSignal, ...]
	sent_at: datetime
	version: str
	waiting: int = 0
	states: Mapping[str, tuple[str, str]] = field(default_factory=dict)

	def as_json(self) -> dict[str, Any]:
		return {
			"protocol": PROTOCOL,
			"version": self.version,
			"connection": self.connection,
			"after": self.after,
			"signals": [signal_line(signal) for signal in self.signals],
			"sent_at": self.sent_at.isoformat(),
			"waiting": self.waiting,
			"states": {name: list(state) for name, state in self.states.items()},
		}

	@classmethod
	def from_json(cls, told: Mapping[str, Any]) -> GatewayBatch:
		"""Raises GatewayError for what is no batch, too large, or of another protocol."""
		protocol = told.get("protocol")
		if protocol != PROTOCOL:
			raise GatewayError(
				f"The gateway speaks protocol {protocol!r}, this site {PROTOCOL}. Install the same version on both."
			)
		try:
			lines = list(told["signals"])
			if len(lines) > MOST_SIGNALS:
				raise ValueError(f"{len(lines)} signals are more than {MOST_SIGNALS}")
			stream_position(told["after"])
			return cls(
				connection=str(told["connection"]),
				after=str(told["after"]),
				signals=tuple(read_signal(line) for line in lines),
				sent_at=_aware(told["sent_at"]),
				version=str(told["version"]),
				waiting=int(told["waiting"]),
				states={str(name): (str(one[0]), str(one[1])) for name, one in told["states"].items()},
			)
		except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecordingError) as error:
			raise GatewayError(f"What the gateway sent is no batch ({error}).") from None


@dataclass(frozen=True)
class Receipt:
	"""committed: up to here the effects are in the site's database, and the gateway may forget. taken: up to here the
	site has the signals, and wants the next. addresses: what the rules of the connection look at. is_full: the site can
	take no more now."""

	committed: str
	taken: str
	addresses: tuple[str, ...]
	now: datetime
	is_full: bool = False

	def as_json(self) -> dict[str, Any]:
		return {
			"protocol": PROTOCOL,
			"committed": self.committed,
			"taken": self.taken,
			"addresses": list(self.addresses),
			"now": self.now.isoformat(),
			"is_full": self.is_full,
		}

	@classmethod
	def from_json(cls, told: Mapping[str, Any]) -> Receipt:
		"""Raises GatewayError."""
		try:
			if told["protocol"] != PROTOCOL:
				raise ValueError(f"it speaks protocol {told['protocol']!r}, this gateway {PROTOCOL}")
			for place in (told["committed"], told["taken"]):
				stream_position(place)
			return cls(
				committed=told["committed"],
				taken=told["taken"],
				addresses=tuple(map(str, told["addresses"])),
				now=_aware(told["now"]),
				is_full=bool(told["is_full"]),
			)
		except (AttributeError, KeyError, TypeError, ValueError) as error:
			raise GatewayError(
				f"What the site answered is no receipt: {error}. Install the same version on both."
			) from None


def _aware(text: str) -> datetime:
	moment = datetime.fromisoformat(text)
	if moment.tzinfo is None:
		raise ValueError(f"{text!r} has no zone")
	return moment
