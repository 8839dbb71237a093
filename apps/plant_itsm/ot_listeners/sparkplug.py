"""What we publish on a Sparkplug connection: rebirth requests and the state of our host, each only where asked for.

Nothing else is ever published, and without both settings nothing at all.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import redis

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.sparkplug_payload import rebirth_request
from plant_itsm.domain.sparkplug_topics import NAMESPACE, NodeId
from plant_itsm.ot_listeners.listening import Every
from plant_itsm.ports import Clock, Ports, Record
from plant_itsm.services.sparkplug import is_sparkplug, rebirths_wanted

ASK_SECONDS = 1.0
REBIRTH_SECONDS = 30
"""At most one request per edge node in so many seconds, over all listeners."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publication:
	topic: str
	payload: bytes
	qos: int
	retain: bool


class SparkplugHost:
	"""The host application that a listener is. host_id: None where it shows no state of its own.

	rebirths() gives the edge nodes to send a request to now; None where requests are not allowed.
	"""

	def __init__(self, host_id: str | None, rebirths: Callable[[], Collection[NodeId]] | None, clock: Clock):
		self._host_id = host_id
		self._rebirths = rebirths
		self._clock = clock
		self._every = Every(ASK_SECONDS)
		self._failing = False

	def states(self) -> tuple[Publication, Publication] | None:
		"""(online, offline) for one connection, the second as its will. Both carry the same time (Sparkplug 3.0, 5.14):
		so an edge node can tell a will that comes late from the state of today."""
		if self._host_id is None:
			return None
		now_ms = int(self._clock.now().timestamp() * 1000)
		return self._state(True, now_ms), self._state(False, now_ms)

	def _state(self, online: bool, now_ms: int) -> Publication:
		payload = json.dumps({"online": online, "timestamp": now_ms}).encode()
		return Publication(f"{NAMESPACE}/STATE/{self._host_id}", payload, qos=1, retain=True)

	def requests(self) -> list[Publication]:
		"""The rebirth requests that are due; asked for about once a second. Never raises."""
		if self._rebirths is None or not self._every.due():
			return []
		try:
			nodes = self._rebirths()
			self._failing = False
		except Exception:  # the database or Redis is away: values do not depend on it
			if not self._failing:
				_log.exception("Whether an edge node wants a rebirth cannot be read; it is asked again")
			self._failing = True
			return []
		payload = rebirth_request(self._clock.now())
		return [Publication(node.command_topic, payload, qos=0, retain=False) for node in nodes]


def host_of(record: Record, ports: Ports, client: redis.Redis) -> SparkplugHost | None:
	"""The host that an OT Connection asks for; None where it asks for none. Raises ConnectionSettingError."""
	if not is_sparkplug(record):
		return None
	host_id = (record["sparkplug_host_id"] or "").strip() or None
	if host_id and any(sign in host_id for sign in "/+#\0"):
		raise ConnectionSettingError(
			f"OT Connection {record['name']}: sparkplug_host_id {host_id!r} is one level of a topic:"
			" write it without /, + and #."
		)
	rebirths = (
		partial(rebirths_due, ports, client, record["name"]) if record["sparkplug_rebirth_allowed"] else None
	)
	if host_id is None and rebirths is None:
		return None
	return SparkplugHost(host_id, rebirths, ports.clock)


def rebirths_due(ports: Ports, client: redis.Redis, connection: str) -> list[NodeId]:
	"""The edge nodes that want a rebirth and have had no request for a while. Each call counts as a request."""
	with ports.records.transaction():
		wanted = rebirths_wanted(ports.records, connection)
	prefix = f"plant_itsm:{ports.namespace}:rebirth:{connection}"
	return [node for node in wanted if client.set(f"{prefix}:{node}", 1, nx=True, ex=REBIRTH_SECONDS)]
