"""Who runs what: leased jobs on the queue `ot`, started by a tick, ended in good time, replaced when they die.

A job holds a lease that it renews while it works. Whether a job runs is told by its lease alone: RQ still calls a
job started long after its worker was killed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import redis

from plant_itsm.domain.errors import StoreUnavailableError
from plant_itsm.ot_listeners.leases import Lease, lease_holder
from plant_itsm.ot_listeners.site_redis import DRAIN, OT_QUEUE, connect, is_turn, listener_job, note_tick
from plant_itsm.ot_listeners.status import watch_ourselves
from plant_itsm.ports import Ports
from plant_itsm.services import (
	change_stops,
	change_watch,
	drills,
	escalations,
	incident_clock,
	maintenance_watch,
	oee,
	outbox,
	retention,
	review_reminders,
	security_incidents,
)

TERM_SECONDS = 3600
"""A leased job hands over after an hour, well before its timeout, so that no job grows old."""
TIMEOUT_SECONDS = TERM_SECONDS + 300
QUEUED_SECONDS = 120
"""How long a job that was queued keeps the tick from queueing it again."""
CHECK_SECONDS = 1.0
TIDY_SECONDS, WATCH_SECONDS = 60, 10
"""How often old records go, and how often we look after ourselves; a tick may come each second."""

log = logging.getLogger(__name__)


class Term:
	"""How long the holder of a lease may go on: call it often, it looks at things once a second.

	It ends when the term is over, when the worker has been asked to shut down, or when `is_wanted` says no. It raises
	LeaseLostError when somebody else has the lease. While Redis or the database are away it goes on: nobody else can
	take the lease then, and every write is fenced.
	"""

	def __init__(
		self,
		lease: Lease,
		is_wanted: Callable[[], bool],
		shutdown_requested: Callable[[], bool],
		seconds: float = TERM_SECONDS,
	):
		self._lease = lease
		self._is_wanted = is_wanted
		self._shutdown_requested = shutdown_requested
		self._ends_at = time.monotonic() + seconds
		self._next_check = 0.0
		self._goes_on = True

	def __call__(self) -> bool:
		now = time.monotonic()
		if self._goes_on and now >= self._next_check:
			self._next_check = now + CHECK_SECONDS
			self._goes_on = now < self._ends_at and not self._is_told_to_end()
		return self._goes_on

	def _is_told_to_end(self) -> bool:
		try:
			self._lease.renew()
			return self._shutdown_requested() or not self._is_wanted()
		except (redis.ConnectionError, redis.TimeoutError, StoreUnavailableError):
			return False  # nobody can tell now; the stream takes what arrives meanwhile


def tick(ports: Ports) -> list[str]:
	"""Start every leased job that should run and does not, and carry out what time alone brings.

	Escalations come first, and what needs the database alone is done also while Redis is away: people must be told.
	Returns the jobs it has queued.
	"""
	escalations.run_due(ports)
	try:
		started = _start_missing(ports)
		if is_turn(ports, connect(ports), "tidy", TIDY_SECONDS):
			retention.tidy(ports)
		return started
	finally:
		incident_clock.pass_time(ports)
		outbox.sweep(ports)
		drills.clean_up_due(ports)
		oee.refresh(ports)
		review_reminders.remind(ports)
		change_watch.watch(ports)
		change_stops.propose(ports)
		security_incidents.watch(ports)
		maintenance_watch.watch(ports)
		_look_after_us(ports)


def _look_after_us(ports: Ports) -> None:
	try:
		is_due = is_turn(ports, connect(ports), "watch", WATCH_SECONDS)
	except (redis.ConnectionError, redis.TimeoutError):
		is_due = True  # that is a trouble, too
	if is_due:
		for stop in watch_ourselves(ports):
			outbox.deliver(ports, stop)


def _start_missing(ports: Ports) -> list[str]:
	client = connect(ports)
	note_tick(ports, client)
	with ports.records.transaction():
		enabled = ports.records.find("OT Connection", {"enabled": True})
	started = [] if not enabled else start_drain(ports, client)
	for connection in (row["name"] for row in enabled if not row["gateway"]):
		started += start_listener(ports, client, connection)
	return started


def start_drain(ports: Ports, client: redis.Redis) -> list[str]:
	return _start(ports, client, DRAIN, "drain", {})


def start_listener(ports: Ports, client: redis.Redis, connection: str) -> list[str]:
	return _start(ports, client, listener_job(connection), "listen", {"connection": connection})


def _start(
	ports: Ports, client: redis.Redis, job: str, function: str, arguments: dict[str, str]
) -> list[str]:
	"""Queue a job whose lease nobody holds, unless it waits in the queue already. Returns the job, if queued."""
	if lease_holder(client, ports.namespace, job) is not None:
		return []
	if not client.set(_queued_key(ports, job), 1, nx=True, ex=QUEUED_SECONDS):
		return []
	ports.jobs.enqueue(function, queue=OT_QUEUE, timeout_seconds=TIMEOUT_SECONDS, **arguments)
	return [job]


def arrived(ports: Ports, client: redis.Redis, job: str) -> None:
	"""Note that a queued job has begun, so that the tick may queue it again should it die."""
	client.delete(_queued_key(ports, job))


def _queued_key(ports: Ports, job: str) -> str:
	return f"plant_itsm:{ports.namespace}:queued:{job}"
