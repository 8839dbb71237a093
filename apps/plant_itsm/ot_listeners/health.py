"""How the listeners are doing, kept in Redis."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import redis

from plant_itsm.ot_listeners.listening import ListenerState


class ListenerHealth:
	"""The last state that a listener has reported, for people to see; it decides nothing."""

	def __init__(self, client: redis.Redis, namespace: str, connection: str):
		self._client = client
		self._key = f"plant_itsm:{namespace}:health:{connection}"

	def report(self, state: str, detail: str = "") -> None:
		"""What a listener says. An address that was refused is one address, and a warning is none of it: the state of
		the whole stays as it is. A listener that starts has no warning yet."""
		since = datetime.now(timezone.utc).isoformat(timespec="seconds")
		news = {"state": str(state), "detail": detail, "since": since, "address_problem": ""}
		if state == ListenerState.ADDRESS_REFUSED:
			news = {"address_problem": detail}
		elif state == ListenerState.WARNING:
			news = {"warning": detail}
		elif state == ListenerState.CONNECTING:
			news["warning"] = ""
		try:
			self._client.hset(self._key, mapping=news)
		except (redis.ConnectionError, redis.TimeoutError):
			return  # a listener works on without being seen

	def read(self) -> dict[str, str]:
		return {key.decode(): value.decode() for key, value in self._client.hgetall(self._key).items()}


class RateSamples:
	"""How many signals of a connection were judged by when, noted about each minute: a rate lies between two."""

	SHORTEST_SECONDS = 10.0
	EVERY_SECONDS = 60.0

	def __init__(self, client: redis.Redis, namespace: str, connection: str):
		self._client = client
		self._key = f"plant_itsm:{namespace}:rate:{connection}"

	def note(self, received: int, at: datetime) -> None:
		samples = self._samples()
		if not samples or at.timestamp() - samples[0][0] >= self.EVERY_SECONDS:
			self._client.lpush(self._key, json.dumps([at.timestamp(), received]))
			self._client.ltrim(self._key, 0, 1)

	def per_minute(self, received: int, at: datetime) -> float | None:
		"""Signals per minute since a sample of the last minutes; None where there is none yet."""
		for seconds, count in self._samples():
			passed = at.timestamp() - seconds
			if passed >= self.SHORTEST_SECONDS and received >= count:
				return round((received - count) * 60 / passed, 1)
		return None

	def _samples(self) -> list[list[float]]:
		return [json.loads(sample) for sample in self._client.lrange(self._key, 0, 1)]
