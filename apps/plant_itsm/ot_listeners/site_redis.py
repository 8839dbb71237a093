"""A site's Redis: how one connects to it, the names of the leased jobs, and what is done by one process at a time."""

from __future__ import annotations

import redis

from plant_itsm.ports import Ports

OT_QUEUE = "ot"
DRAIN = "drain"
ANSWER_SECONDS = 5.0


def connect(ports: Ports) -> redis.Redis:
	"""A client that notices a Redis that hangs; redis-py by itself would wait for ever."""
	return redis.Redis.from_url(
		ports.redis_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
	)


def listener_job(connection: str) -> str:
	return f"listen:{connection}"


def is_turn(ports: Ports, client: redis.Redis, task: str, seconds: int) -> bool:
	"""Whether a task that is done each so many seconds, by whoever comes first, is due; asking takes the turn."""
	return bool(client.set(f"plant_itsm:{ports.namespace}:turn:{task}", 1, nx=True, ex=seconds))


def note_tick(ports: Ports, client: redis.Redis) -> None:
	"""That the scheduler lives."""
	client.set(_tick_key(ports), ports.clock.now().timestamp())


def last_tick(ports: Ports, client: redis.Redis) -> float | None:
	"""When it came last, in Unix seconds; None where it never came."""
	noted = client.get(_tick_key(ports))
	return None if noted is None else float(noted)


def _tick_key(ports: Ports) -> str:
	return f"plant_itsm:{ports.namespace}:tick"
