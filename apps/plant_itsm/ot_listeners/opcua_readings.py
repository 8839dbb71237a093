"""Values that were read beside the subscription, and which of them notifications leave to be stored."""

from __future__ import annotations

import time

from asyncua import ua

from plant_itsm.ot_listeners.opcua_values import is_as_new


class ReadValues:
	"""Values that were read after a cut or at the start. Those of which a notification tells as well are dropped again,
	so that each value is stored once and in the order in which it came to be."""

	def __init__(self, settle_seconds: float):
		self._settle_seconds = settle_seconds
		self._latest: dict[str, ua.DataValue] = {}
		self._unconfirmed: dict[str, tuple[ua.DataValue, float]] = {}
		self._given: dict[str, ua.DataValue] = {}

	def note(self, address: str, value: ua.DataValue) -> None:
		"""A value that was read."""
		latest = self._latest.get(address)
		if latest is None or not is_as_new(latest, value):
			self._unconfirmed[address] = (value, time.monotonic() + self._settle_seconds)

	def confirm(self, address: str, value: ua.DataValue) -> bool:
		"""A value of which a notification has told. False for one that due() has given: its notification came late."""
		given = self._given.get(address)
		if given is not None and is_as_new(value, given):
			del self._given[address]  # what comes after it is news, also the same value once more
			if is_as_new(given, value) and (given.Value, given.StatusCode) == (value.Value, value.StatusCode):
				return False
		self._latest[address] = value
		known = self._unconfirmed.pop(address, None)
		if known is not None and not is_as_new(value, known[0]):  # the one that we read is yet to come
			self._unconfirmed[address] = (known[0], time.monotonic() + self._settle_seconds)
		return True

	def due(self) -> list[tuple[str, ua.DataValue]]:
		"""Those for which no notification has come in time: the server did not queue them. They are given once."""
		now = time.monotonic()
		found = [(name, value) for name, (value, due_at) in self._unconfirmed.items() if due_at <= now]
		for name, value in found:
			del self._unconfirmed[name]
			self._given[name] = value
		return found

	def postpone(self) -> None:
		"""Notifications have queued up behind one that had to wait: let them come first."""
		due_at = time.monotonic() + self._settle_seconds
		self._unconfirmed = {name: (value, due_at) for name, (value, _) in self._unconfirmed.items()}

	def forget(self, address: str) -> None:
		self._unconfirmed.pop(address, None)
		self._given.pop(address, None)
		self._latest.pop(address, None)
