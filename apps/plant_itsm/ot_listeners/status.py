"""The status of a whole site: what the records tell and what Redis tells, at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import redis
from rq import Worker

from plant_itsm.domain.health import HealthFigures, ListenerFigures, Trouble, troubles
from plant_itsm.ot_listeners.health import ListenerHealth, RateSamples
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.leases import lease_holder
from plant_itsm.ot_listeners.listening import ListenerState
from plant_itsm.ot_listeners.receiving import ABSENT_AFTER_SECONDS, GATEWAY, gateway_news
from plant_itsm.ot_listeners.site_redis import DRAIN, connect, last_tick, listener_job
from plant_itsm.ports import Ports, Record
from plant_itsm.services import self_alarms
from plant_itsm.services.dead_letters import DEAD_LETTER
from plant_itsm.services.downtime import REAL
from plant_itsm.services.health import health_limits, outbox_oldest_seconds, recorded_health

HEARS = (ListenerState.CONNECTED, ListenerState.CONNECTING, "never started")


@dataclass(frozen=True)
class Queues:
	"""What only an edition knows: the RQ names of its queues, and why nothing is scheduled ("" when all is well)."""

	ot: str
	short: str
	why_asleep: str = ""


@dataclass(frozen=True)
class ConnectionStatus:
	"""One connection. waiting: signals in the stream that are not yet judged; lag_seconds: how old the oldest is.

	gateway: the edge gateway that listens, "" where the site does. lease: the token of the listener that holds it.
	rate_per_minute: None where not yet known.
	"""

	connection: str
	protocol: str
	enabled: bool
	gateway: str
	listens: bool
	lease: int | None
	state: str
	detail: str
	since: str
	address_problem: str
	warning: str
	waiting: int
	lag_seconds: float
	rate_per_minute: float | None
	last_signal_at: str
	last_address: str
	last_value: str
	received: int
	events: int
	suppressed: int
	dead_lettered: int


@dataclass(frozen=True)
class Alarm:
	"""A trouble of our own. since: when it was seen first. line_stop: its incident, once it has lasted."""

	subject: str
	detail: str
	since: str
	line_stop: str


@dataclass(frozen=True)
class SiteStatus:
	"""drain_lease: as of a connection. workers: how many serve the queues ot and short; None where that is not asked.
	scheduler: why it does not run, "" where it does. clocks: seconds that the clock of a host is ahead of ours."""

	drains: bool
	drain_lease: int | None
	connections: tuple[ConnectionStatus, ...]
	open_stops: int
	outbox_pending: int
	outbox_oldest_seconds: float | None
	dead_letters: int
	workers: dict[str, int] | None
	scheduler: str
	tick_age_seconds: float | None
	clocks: dict[str, float] = field(default_factory=dict)
	troubles: tuple[Trouble, ...] = ()
	alarms: tuple[Alarm, ...] = ()

	def as_json(self) -> dict[str, Any]:
		return asdict(self)


def status(ports: Ports, queues: Queues | None = None) -> SiteStatus:
	"""Lets the errors of a Redis that is away pass."""
	client = connect(ports)
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		connections = tuple(_connection(ports, client, row, now) for row in records.find("OT Connection"))
		oldest = outbox_oldest_seconds(records, now)
		figures = _figures(ports, client, connections, oldest, now)
		return SiteStatus(
			drains=figures.drains,
			drain_lease=lease_holder(client, ports.namespace, DRAIN),
			connections=connections,
			open_stops=records.count("Line Stop", {**REAL, "status": "Open"}),
			outbox_pending=records.count("Outbox Entry", {"status": "Pending"}),
			outbox_oldest_seconds=oldest,
			dead_letters=records.count(DEAD_LETTER, {"replayed_at": ("is", "not set")}),
			workers=_workers(client, queues) if queues else None,
			scheduler=queues.why_asleep if queues else "",
			tick_age_seconds=figures.tick_age_seconds,
			clocks=dict(figures.clocks),
			troubles=tuple(troubles(figures, health_limits(records))),
			alarms=tuple(_alarm(row) for row in records.find(self_alarms.DOCTYPE, order_by="since")),
		)


def watch_ourselves(ports: Ports) -> list[str]:
	"""Hand what is wrong now to the alarms of our own. Returns the line stops that have something in the outbox."""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		limits = health_limits(records)
		rows = records.find("OT Connection", {"enabled": True})
		oldest = outbox_oldest_seconds(records, now)
	try:
		client = connect(ports)
		connections = tuple(_connection(ports, client, row, now) for row in rows)
		for one in connections:
			RateSamples(client, ports.namespace, one.connection).note(one.received, now)
		figures = _figures(ports, client, connections, oldest, now)
	except (redis.ConnectionError, redis.TimeoutError) as error:
		figures = HealthFigures(redis_problem=str(error), outbox_oldest_seconds=oldest)
	return self_alarms.watch(ports, troubles(figures, limits))


def _figures(
	ports: Ports,
	client: redis.Redis,
	connections: tuple[ConnectionStatus, ...],
	outbox_oldest: float | None,
	now: datetime,
) -> HealthFigures:
	enabled = [one for one in connections if one.enabled]
	ticked = last_tick(ports, client)
	ahead = SignalStreams(client, ports.namespace).now_ms() / 1000 - ports.clock.now().timestamp()
	return HealthFigures(
		listeners=tuple(
			ListenerFigures(one.connection, one.listens, _deafness(one), one.waiting, one.gateway)
			for one in enabled
		),
		drains=not enabled or lease_holder(client, ports.namespace, DRAIN) is not None,
		outbox_oldest_seconds=outbox_oldest,
		tick_age_seconds=None if ticked is None else max(0.0, now.timestamp() - ticked),
		clocks=(("Redis", round(ahead, 3)), *_gateway_clocks(ports, client)),
	)


def _gateway_clocks(ports: Ports, client: redis.Redis) -> Iterator[tuple[str, float]]:
	for row in ports.records.find(GATEWAY, {"enabled": True}):
		news = gateway_news(ports, client, row["name"])
		if news:
			yield f"gateway {row['name']}", float(news["clock_ahead"])


def _deafness(one: ConnectionStatus) -> str:
	return "" if one.state in HEARS else f"{one.state}: {one.detail}".removesuffix(": ")


def _connection(ports: Ports, client: redis.Redis, row: Record, now: datetime) -> ConnectionStatus:
	name = row["name"]
	recorded = recorded_health(ports.records, name)
	health = ListenerHealth(client, ports.namespace, name).read()
	news = gateway_news(ports, client, row["gateway"]) if row["gateway"] else {}
	lease = None if row["gateway"] else lease_holder(client, ports.namespace, listener_job(name))
	listens = lease is not None or 0 <= float(news.get("absent_seconds", -1)) < ABSENT_AFTER_SECONDS
	streams = SignalStreams(client, ports.namespace)
	last = recorded.last_signal_at
	return ConnectionStatus(
		connection=name,
		protocol=row["protocol"],
		enabled=bool(row["enabled"]),
		gateway=row["gateway"] or "",
		listens=listens,
		lease=lease,
		state=health.get("state", "never started") if listens else "not running",
		detail=health.get("detail", ""),
		since=health.get("since", ""),
		address_problem=health.get("address_problem", ""),
		warning=health.get("warning", ""),
		waiting=streams.length(name),
		lag_seconds=streams.lag_seconds(name),
		rate_per_minute=RateSamples(client, ports.namespace, name).per_minute(recorded.received, now),
		last_signal_at=last.isoformat(timespec="seconds") if last else "",
		last_address=recorded.last_address,
		last_value=recorded.last_value,
		received=recorded.received,
		events=recorded.events,
		suppressed=recorded.suppressed,
		dead_lettered=recorded.dead_lettered,
	)


def _workers(client: redis.Redis, queues: Queues) -> dict[str, int]:
	serving: Counter[str] = Counter()
	for worker in Worker.all(connection=client):
		serving.update(set(worker.queue_names()))
	return {"ot": serving[queues.ot], "short": serving[queues.short]}


def _alarm(row: Record) -> Alarm:
	return Alarm(
		row["subject"],
		row["detail"] or "",
		row["since"].isoformat(timespec="seconds"),
		row["line_stop"] or "",
	)
