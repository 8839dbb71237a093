"""One holder per job, kept apart by a token that only rises.

A worker that is killed hard leaves its job's process running on (an orphan), so a lease alone is not enough: every
write carries the token of its lease, and a write with an older token is refused (fencing).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from redis import Redis

from plant_itsm.domain.errors import LeaseLostError

_TOKEN_EPOCH = 1_767_225_600
"""2026-01-01 in Unix seconds. Tokens start at the seconds since then: they go on rising when Redis has lost its data,
and they fit into 32 bits until 2094."""

_ACQUIRE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local seconds = tonumber(redis.call('TIME')[1]) - tonumber(ARGV[2])
local token = string.format('%d', math.max(last + 1, seconds))
redis.call('SET', KEYS[2], token)
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
"""

# Nobody has had the lease since when the last token is ours, or is gone with a Redis that lost its data.
_RENEW = """
local holder = redis.call('GET', KEYS[1])
local last = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 0 end
if not holder and last and last ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


@dataclass(frozen=True)
class Lease:
	"""The right to do one job ("listen:MES broker", "drain") for `seconds` from the last renewal.

	token: rises with every lease of the job. Every method lets Redis' ConnectionError and TimeoutError pass.
	"""

	redis: Redis = field(repr=False, compare=False)
	key: str
	token: int
	seconds: int

	@classmethod
	def acquire(cls, redis: Redis, namespace: str, job: str, seconds: int) -> Lease | None:
		"""A new lease, or None while another process holds one for this job."""
		key = lease_key(namespace, job)
		token = redis.register_script(_ACQUIRE)(
			keys=[key, _fence_key(key)], args=[seconds * 1000, _TOKEN_EPOCH]
		)
		return None if token is None else cls(redis, key, int(token), seconds)

	def renew(self) -> None:
		"""Hold on for another `seconds`, also after the lease ran out if nobody has had it since.

		Raises LeaseLostError when another process has it, or had it in the meantime.
		"""
		keys = [self.key, _fence_key(self.key)]
		if not self.redis.register_script(_RENEW)(keys=keys, args=[self.token, self.seconds * 1000]):
			raise lease_lost(self)

	def release(self) -> None:
		"""Let the next process in at once. Does nothing when the lease is no longer ours."""
		self.redis.register_script(_RELEASE)(keys=[self.key], args=[self.token])


def lease_key(namespace: str, job: str) -> str:
	return f"plant_itsm:{namespace}:lease:{job}"


def _fence_key(key: str) -> str:
	return f"{key}:fence"


def lease_lost(lease: Lease) -> LeaseLostError:
	"""The error for a write or a renewal that came after the lease was gone."""
	return LeaseLostError(
		f"Lease {lease.key} (token {lease.token}, {lease.seconds} s) ran out or was taken over:"
		" this process stops; the scheduler starts the job again where nobody holds the lease."
	)


def lease_holder(redis: Redis, namespace: str, job: str) -> int | None:
	"""The token of the process that does this job now; None when there is none."""
	token = redis.get(lease_key(namespace, job))
	return None if token is None else int(token)
