"""What an RQ worker of the embedded edition calls: it builds the ports of a site and runs one of our jobs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import redis

from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.ot_listeners.jobs import JOBS
from plant_itsm.ports import Ports


def run(site_folder: str, redis_url: str, job: str, arguments: dict[str, Any]) -> None:
	"""Run `job` of JOBS, then tell whoever watches that it has ended."""
	ports = _ports(site_folder, redis_url)
	try:
		JOBS[job](ports, **arguments)
	finally:
		_announce(ports, job)


@lru_cache(maxsize=4)
def _ports(site_folder: str, redis_url: str) -> Ports:
	"""A worker serves one site, so it opens the store once and not for every job."""
	return EmbeddedSite.open(Path(site_folder)).ports(redis_url)


def ended_channel(namespace: str) -> str:
	"""The Redis channel on which the name of each job that ended is published."""
	return f"plant_itsm:{namespace}:job-ended"


def _announce(ports: Ports, job: str) -> None:
	try:
		redis.Redis.from_url(ports.redis_url).publish(ended_channel(ports.namespace), job)
	except redis.RedisError:
		return  # nobody needs to hear it: watchers look for themselves, too
