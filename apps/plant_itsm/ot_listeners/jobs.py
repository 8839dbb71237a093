"""What RQ workers run: a listener for one connection, the drain, the delivery of one stop's outbox, its diagnosis."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import redis
from rq import get_current_job

from plant_itsm.domain.errors import LeaseLostError, MissingRecordError
from plant_itsm.ot_listeners import draining
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.remote_diagnosis import diagnose
from plant_itsm.ot_listeners.retrying import until_stored
from plant_itsm.ot_listeners.site_redis import DRAIN, connect, listener_job
from plant_itsm.ot_listeners.supervisor import Term, arrived, start_drain, start_listener
from plant_itsm.ports import Ports, Record
from plant_itsm.services import outbox
from plant_itsm.services.settings import settings_of

log = logging.getLogger(__name__)


def listen(ports: Ports, connection: str, is_wanted: Callable[[], bool] = lambda: True) -> None:
	"""Listen to one OT Connection until its term ends. Does nothing when somebody else listens already.

	A connection that is edited ends the term, so that the successor listens with the new settings.
	"""
	client = connect(ports)
	record = _connection(ports, connection)

	def is_unchanged() -> bool:
		return is_wanted() and bool(record["enabled"]) and _connection(ports, connection) == record

	with _leased(ports, client, listener_job(connection), is_unchanged) as held:
		if held is not None:
			# A delivery must not wait for the import of two protocol stacks that only listeners need.
			from plant_itsm.ot_listeners.listener import run_listener

			run_listener(ports, client, record, *held)
	if held is not None and _is_job() and _connection(ports, connection)["enabled"]:
		start_listener(ports, client, connection)


def _connection(ports: Ports, name: str) -> Record:
	with ports.records.transaction():
		record = ports.records.get("OT Connection", name)
	if record is None:
		raise MissingRecordError(f"OT Connection {name!r} does not exist. Check the name.")
	return record


def drain(ports: Ports, is_wanted: Callable[[], bool] = lambda: True) -> None:
	"""Judge what the listeners have streamed until the term ends. Does nothing when another drain works already."""
	client = connect(ports)
	with _leased(ports, client, DRAIN, is_wanted) as held:
		if held is not None:
			draining.run(ports, client, held[1])
	if held is not None and _is_job():
		start_drain(ports, client)


@contextmanager
def _leased(
	ports: Ports, client: redis.Redis, job: str, is_wanted: Callable[[], bool]
) -> Iterator[tuple[Lease, Term] | None]:
	"""A lease and its term for a block; None when somebody else holds it. A lease that is lost ends the block."""
	# First, so that a job which dies right after it got its lease is queued again as soon as the lease runs out.
	arrived(ports, client, job)
	with ports.records.transaction():
		seconds = settings_of(ports.records).lease_seconds
	lease = Lease.acquire(client, ports.namespace, job, seconds)
	if lease is None:
		yield None
		return
	try:
		yield lease, Term(lease, is_wanted, shutdown_requested(client))
	except LeaseLostError as error:
		log.warning("%s ends: %s", job, error)
	finally:
		with suppress(redis.ConnectionError, redis.TimeoutError):  # it runs out by itself
			lease.release()


def _is_job() -> bool:
	"""Whether an RQ worker runs us: then a successor is queued; in the foreground a person decides."""
	return get_current_job() is not None


def shutdown_requested(client: redis.Redis) -> Callable[[], bool]:
	"""Whether the RQ worker that runs us was told to stop; it tells nobody, but notes it in its own record."""
	job = get_current_job()
	worker = job.worker_name if job else None
	if not worker:
		return lambda: False
	return lambda: client.hexists(f"rq:worker:{worker}", "shutdown_requested_date")


def deliver(ports: Ports, line_stops: Sequence[str]) -> None:
	"""Carry out what is pending for some stops. Raises StoreUnavailableError when the database stays away: then the
	sweeper finds what is left."""
	for stop in until_stored(lambda: outbox.without_parts(ports, line_stops)):
		until_stored(partial(outbox.deliver, ports, stop))


JOBS: dict[str, Callable[..., Any]] = {
	"listen": listen,
	"drain": drain,
	"deliver": deliver,
	"diagnose": diagnose,
}
"""Every job by the name under which JobQueue.enqueue knows it; called with the ports and its own arguments."""
