"""Jobs on the workers of a bench."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils.background_jobs import get_queues_timeout

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site import transactions
from plant_itsm.ports import URGENT_JOBS, Ports
from plant_itsm.services import escalations

LOOK_AHEAD = timedelta(seconds=20)
"""How far a tick looks ahead, and so the longest that it waits: ticks may lie 80 s apart, and all is told in time."""


class QueueMissingError(PlantItsmError):
	"""The bench has no workers for a queue."""


class FrappeJobQueue:
	"""Queues a job at once, or, inside a transaction, as soon as that commits: a worker must find what was written."""

	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: Any) -> None:
		if queue not in get_queues_timeout():
			raise QueueMissingError(
				f"This bench has no queue {queue!r}. Add to sites/common_site_config.json:"
				f' "workers": {{"{queue}": {{"timeout": 300, "background_workers": 3}}}}'
				" and restart its workers."
			)
		frappe.enqueue(
			"plant_itsm.frappe_site.jobs.run",
			queue=queue,
			timeout=timeout_seconds,
			enqueue_after_commit=transactions.is_open(),
			at_front=job in URGENT_JOBS,
			job=job,
			arguments=arguments,
		)


def run(job: str, arguments: dict[str, Any]) -> None:
	"""What a worker calls."""
	from plant_itsm.frappe_site.site import site_ports  # it imports this module
	from plant_itsm.ot_listeners.jobs import JOBS

	JOBS[job](site_ports(), **arguments)


def tick() -> None:
	"""Called by the scheduler each minute: start listeners and drains that nobody holds, carry out what lay about.

	Escalations run first, and again at the moment of one that comes due within seconds: the next tick, a minute and the
	queue's delay away, would be too late for the minute that is promised.
	"""
	from plant_itsm.frappe_site.site import site_ports
	from plant_itsm.ot_listeners.supervisor import tick as supervise

	ports = site_ports()
	try:
		supervise(ports)
	finally:
		escalate(ports)


def escalate(ports: Ports, wait: Callable[[float], None] = time.sleep) -> None:
	"""Run what has come due while the tick was at work, or will within seconds. wait: for so many seconds."""
	due_at = escalations.soonest(ports, LOOK_AHEAD)
	if due_at is not None:
		wait(max(0.0, (due_at - ports.clock.now()).total_seconds()))
	escalations.run_due(ports)
