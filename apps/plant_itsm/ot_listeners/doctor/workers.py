"""Who does the work: RQ workers on the queues, leases held, streams drained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import redis
from rq import Worker

from plant_itsm.ot_listeners.doctor.findings import Finding, error, ok, warning
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.ot_listeners.intake import MAX_ENTRIES, SignalStreams
from plant_itsm.ot_listeners.leases import lease_holder
from plant_itsm.ot_listeners.listening import ListenerState
from plant_itsm.ot_listeners.site_redis import DRAIN, OT_QUEUE, listener_job
from plant_itsm.ports import Ports

SHORT_QUEUE = "short"
MANY_WAITING = 10_000
_WELL = (ListenerState.CONNECTED, ListenerState.CONNECTING)


def examine_workers(
	client: redis.Redis, ot_queue: str, short_queue: str, connections: int, remedy: str
) -> Iterator[Finding]:
	"""Whether enough workers serve the queues, whose RQ names are given.

	Every enabled connection holds one for its listener, and the drain holds one. remedy: how one adds workers.
	"""
	serving: Counter[str] = Counter()
	for worker in Worker.all(connection=client):
		serving.update(set(worker.queue_names()))
	needed = connections + 1 if connections else 0
	there = serving[ot_queue]
	what = f"{there} on queue {OT_QUEUE}, {needed} are needed ({connections} connections and the drain)"
	if there < needed:
		yield error("workers", what, "a listener or the drain never starts", remedy)
	else:
		yield ok("workers", what)
	if serving[short_queue]:
		yield ok("workers", f"{serving[short_queue]} on queue {SHORT_QUEUE}")
	else:
		yield error(
			"workers",
			f"none on queue {SHORT_QUEUE}",
			"tickets and notifications wait for the sweeper",
			f"start a worker of the queue {SHORT_QUEUE}",
		)


def examine_drain(ports: Ports, client: redis.Redis, connections: int) -> Iterator[Finding]:
	if lease_holder(client, ports.namespace, DRAIN) is not None:
		yield ok("drain", "it holds its lease")
	elif connections:
		yield error(
			"drain",
			"nobody holds its lease",
			"signals wait in their streams and nothing is judged",
			"start a worker of the queue ot; the scheduler queues the drain each minute",
		)


def examine_listener(ports: Ports, client: redis.Redis, record: dict[str, Any]) -> Iterator[Finding]:
	"""Whether somebody listens to an OT Connection, in what state, and how much waits to be judged."""
	name = record["name"]
	if not record["enabled"]:
		yield ok("listener", "the connection is disabled")
		return
	if lease_holder(client, ports.namespace, listener_job(name)) is None:
		yield error(
			"listener",
			"nobody holds its lease",
			"nobody listens",
			"start a worker of the queue ot; the scheduler queues the listener each minute",
		)
	else:
		yield _state(ListenerHealth(client, ports.namespace, name).read())
	yield _waiting(SignalStreams(client, ports.namespace).length(name))


def _state(health: dict[str, str]) -> Finding:
	state, detail = health.get("state", "no state told yet"), health.get("detail", "")
	what = f"{state} {detail}".strip()
	if state in _WELL or not health:
		return ok("listener", what)
	return warning("listener", what, "signals may be waiting at their source", "see the other findings")


def _waiting(waiting: int) -> Finding:
	if waiting < MANY_WAITING:
		return ok("stream", f"{waiting} signals wait to be judged")
	find = error if waiting > MAX_ENTRIES // 2 else warning
	return find(
		"stream",
		f"{waiting} signals wait to be judged",
		f"at {MAX_ENTRIES:,} the listener stops taking signals",
		"see that the drain runs and that the database answers",
	)
