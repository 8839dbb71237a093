"""The Redis that holds streams, leases and job queues: does it keep what it has acknowledged?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import redis

from plant_itsm.domain.ot_networks import stays_here
from plant_itsm.ot_listeners.doctor.findings import Finding, clock_finding, error, ok, warning

OLDEST = (6, 2)
"""XTRIM MINID came with this version."""
_CONF = "    (in the redis.conf of the queue, on a bench config/redis_queue.conf)"


def examine_redis(client: redis.Redis) -> Iterator[Finding]:
	"""Reachable, durable, keeping what it is given, with the right time."""
	before = datetime.now(timezone.utc)
	try:
		seconds, microseconds = client.time()
	except redis.RedisError as trouble:
		yield error(
			"Redis",
			f"it does not answer ({trouble})",
			"listeners stop acknowledging, so the plant's servers keep the signals as long as they can",
			"start Redis, or correct redis_queue in common_site_config.json",
		)
		return
	told = datetime.fromtimestamp(int(seconds) + int(microseconds) / 1e6, timezone.utc)
	about = _information(client)
	yield _version(about)
	yield clock_finding("Redis clock", (told - before).total_seconds())
	yield from _durability(client, about)
	yield from _memory(client, about)
	yield from _access(client)


def _information(client: redis.Redis) -> dict[str, Any]:
	try:
		return dict(client.info())
	except redis.ResponseError:  # INFO is forbidden to this user
		return {}


def _version(about: dict[str, Any]) -> Finding:
	version = str(about.get("redis_version", ""))
	if not version:
		return warning(
			"Redis", "it does not tell its version", "an old one fails to trim", "allow INFO (+info)"
		)
	numbers = tuple(int(part) for part in version.split(".")[:2])
	if numbers < OLDEST:
		return error("Redis", f"version {version}", "streams are never trimmed", "install Redis 6.2 or newer")
	return ok("Redis", f"version {version} answers")


def _setting(client: redis.Redis, name: str) -> str | None:
	"""The value of a setting; None where CONFIG is forbidden."""
	try:
		return client.config_get(name).get(name)
	except redis.ResponseError:
		return None


def _durability(client: redis.Redis, about: dict[str, Any]) -> Iterator[Finding]:
	appendonly, source = _setting(client, "appendonly"), ""
	if appendonly is None:
		source = " (CONFIG is forbidden; so says INFO)"
		if "aof_enabled" in about:
			appendonly = "yes" if about["aof_enabled"] else "no"
	if appendonly is None:
		yield warning(
			"Redis appendonly",
			"it cannot be seen: CONFIG and INFO are forbidden to this user",
			"without it a crash loses every signal that was acknowledged and not yet judged",
			"allow CONFIG GET (+config|get), or look into redis.conf: appendonly yes",
		)
	elif appendonly == "no":
		yield error(
			"Redis appendonly",
			f"appendonly is no{source}",
			"a crash or kill -9 of Redis loses every signal that was acknowledged and not yet judged (all of 86,000 in"
			" a trial; with appendonly, none), and every queued job",
			f"appendonly yes{_CONF}",
		)
	else:
		fsync = _setting(client, "appendfsync")
		yield ok("Redis appendonly", f"yes{source}{f', appendfsync {fsync}' if fsync else ''}")
		yield from _fsync(fsync)
	if about.get("aof_last_write_status", "ok") != "ok":
		yield error(
			"Redis disk",
			"the last write of the append-only file failed",
			"no signal is kept",
			"free disk space",
		)


def _fsync(fsync: str | None) -> Iterator[Finding]:
	if fsync == "no":
		yield warning(
			"Redis appendfsync",
			"appendfsync is no",
			"a power cut loses what the system had not yet written, up to 30 s",
			f"appendfsync everysec{_CONF}",
		)


def _memory(client: redis.Redis, about: dict[str, Any]) -> Iterator[Finding]:
	policy = _setting(client, "maxmemory-policy") or about.get("maxmemory_policy")
	limit = int(_setting(client, "maxmemory") or about.get("maxmemory") or 0)
	if policy is None:
		yield warning(
			"Redis memory", "maxmemory-policy cannot be seen", "it may throw streams away", "allow CONFIG GET"
		)
	elif limit and policy != "noeviction":
		yield error(
			"Redis memory",
			f"maxmemory-policy is {policy} with maxmemory {limit}",
			"a full Redis throws streams, leases and jobs away instead of refusing, and signals are lost",
			f"maxmemory-policy noeviction{_CONF}",
		)
	else:
		yield ok("Redis memory", f"maxmemory-policy {policy}, maxmemory {limit or 'without limit'}")


def _access(client: redis.Redis) -> Iterator[Finding]:
	"""Jobs in it are code: whoever may write there commands the workers."""
	protected, password, bound = (
		_setting(client, name) for name in ("protected-mode", "requirepass", "bind")
	)
	if bound is None or password:  # not to be seen, or not for everybody
		return
	places = [place.lstrip("-") for place in bound.split()] or ["*"]
	if protected != "yes" and not all(map(stays_here, places)):
		yield error(
			"Redis access",
			f"it listens on {', '.join(places)}, without a password and with protected-mode {protected}",
			"whoever reaches the port reads and feigns signals, and runs code in the workers",
			f"bind 127.0.0.1{_CONF}, or requirepass with the password in common_site_config.json",
		)
