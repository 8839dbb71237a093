"""How the listeners are doing, kept in Redis, and the status of a whole site."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

import redis

from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.leases import lease_holder
from plant_itsm.ot_listeners.listening import ListenerState
from plant_itsm.ot_listeners.supervisor import DRAIN, connect, listener_job
from plant_itsm.ports import Ports


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


@dataclass(frozen=True)
class ConnectionStatus:
	"""One connection. waiting: signals in the stream that are not yet judged."""

	connection: str
	protocol: str
	enabled: bool
	listens: bool
	state: str
	detail: str
	since: str
	address_problem: str
	warning: str
	waiting: int
	received: int
	events: int
	suppressed: int
	dead_lettered: int


@dataclass(frozen=True)
class SiteStatus:
	drains: bool
	connections: tuple[ConnectionStatus, ...]
	open_stops: int
	outbox_pending: int

	def as_json(self) -> dict[str, Any]:
		return asdict(self)


def status(ports: Ports) -> SiteStatus:
	client = connect(ports)
	records = ports.records
	with records.transaction():
		return SiteStatus(
			drains=lease_holder(client, ports.namespace, DRAIN) is not None,
			connections=tuple(
				_connection_status(ports, client, row) for row in records.find("OT Connection")
			),
			open_stops=records.count("Line Stop", {"status": "Open"}),
			outbox_pending=records.count("Outbox Entry", {"status": "Pending"}),
		)


def _connection_status(ports: Ports, client: redis.Redis, row: dict[str, Any]) -> ConnectionStatus:
	name = row["name"]
	counts = ports.records.get("OT Connection State", name) or {}
	health = ListenerHealth(client, ports.namespace, name).read()
	listens = lease_holder(client, ports.namespace, listener_job(name)) is not None
	return ConnectionStatus(
		connection=name,
		protocol=row["protocol"],
		enabled=bool(row["enabled"]),
		listens=listens,
		state=health.get("state", "never started") if listens else "not running",
		detail=health.get("detail", ""),
		since=health.get("since", ""),
		address_problem=health.get("address_problem", ""),
		warning=health.get("warning", ""),
		waiting=SignalStreams(client, ports.namespace).length(name),
		**{key: counts.get(key, 0) for key in ("received", "events", "suppressed", "dead_lettered")},
	)
