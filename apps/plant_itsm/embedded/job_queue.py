"""The JobQueue port on RQ. Names of queues, jobs and workers begin with the namespace, so sites can share a Redis."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import redis
from rq import Queue

from plant_itsm.ports import URGENT_JOBS

RUN = "plant_itsm.embedded.jobs.run"
RESULT_SECONDS = 60
FAILURE_SECONDS = 7 * 86400


def queue_name(namespace: str, queue: str) -> str:
	"""The RQ name of the queue "ot" or "short" of a site."""
	return f"{namespace}-{queue}"


class RqJobQueue:
	"""Enqueues jobs that a worker carries out with ports of its own, built from the site's folder."""

	def __init__(self, client: redis.Redis, folder: Path, redis_url: str, namespace: str):
		self._client = client
		self._folder = folder
		self._redis_url = redis_url
		self._namespace = namespace

	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: Any) -> None:
		Queue(queue_name(self._namespace, queue), connection=self._client).enqueue_call(
			RUN,
			args=(str(self._folder), self._redis_url, job, arguments),
			timeout=timeout_seconds,
			result_ttl=RESULT_SECONDS,
			failure_ttl=FAILURE_SECONDS,
			job_id=f"{self._namespace}-{secrets.token_hex(8)}",
			at_front=job in URGENT_JOBS,
		)
