"""The durable way in: signals are in a Redis Stream before their source hears that we have them.

One stream per OT Connection, so that each keeps its order. The reader's cursor lives in the database, in the same
transaction as the effects of the signals; hence plain XREAD, without a consumer group.
"""

from __future__ import annotations

import itertools
import json
import json.encoder
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import ResponseError

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.signals import RawSignal, StreamedSignal, stream_position
from plant_itsm.ot_listeners.leases import Lease, lease_lost

BATCH = 500
"""Signals per call of the script: large enough for speed, small enough (about 2 ms) not to hold up Redis."""

MAX_ENTRIES = 1_000_000
"""Signals that a stream may hold. A full stream refuses: sources keep their signals until the drain has caught up."""

_PUT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
if redis.call('GET', KEYS[3]) == ARGV[3] then return 0 end
local signals = (#ARGV - 3) / 2
if redis.call('XLEN', KEYS[2]) + signals > tonumber(ARGV[2]) then return -2 end
redis.call('SET', KEYS[3], ARGV[3])
for i = 4, #ARGV, 2 do
	redis.call('XADD', KEYS[2], '*', 'signal', ARGV[i], 'payload', ARGV[i + 1])
end
return signals
"""
_LEASE_GONE, _STREAM_FULL = -1, -2

_HEADERS = json.JSONDecoder()
"""Bytes would have their encoding looked for first."""
_quoted: Callable[[str], str] = json.encoder.encode_basestring_ascii
"""A JSON string."""


class StreamFullError(PlantItsmError):
	"""The stream of a connection is at its limit; the caller keeps its signals and tries again later."""


def stream_key(namespace: str, connection: str) -> str:
	return f"plant_itsm:{namespace}:signals:{connection}"


@dataclass(frozen=True)
class _Batch:
	"""Signals that are written together, under a name by which Redis knows whether it has them."""

	name: str
	signals: Sequence[RawSignal]

	def starts(self, signals: Sequence[RawSignal]) -> bool:
		pairs = zip(self.signals, signals, strict=False)
		return len(signals) >= len(self.signals) and all(own is other for own, other in pairs)


class SignalIntake(Protocol):
	"""Where a listener puts its signals, durably, before it acknowledges them, and notes what it has asked for."""

	def put(self, signals: Sequence[RawSignal]) -> None:
		"""Raises StreamFullError or an error of Redis: then nothing may be acknowledged, and one tries again."""

	def noted_addresses(self) -> frozenset[str]: ...

	def note_addresses(self, add: Collection[str], drop: Collection[str]) -> None: ...


class Intake:
	"""Implements SignalIntake in Redis: writes the signals of one connection, fenced by the lease of its listener.

	One thread at a time may use it."""

	def __init__(
		self, redis: Redis, namespace: str, connection: str, lease: Lease, *, max_entries: int = MAX_ENTRIES
	):
		self.connection = connection
		self._lease = lease
		self._max_entries = max_entries
		self._redis = redis
		self._addresses_key = f"plant_itsm:{namespace}:addresses:{connection}"
		last_batch = f"plant_itsm:{namespace}:batch:{connection}"
		self._keys = [lease.key, stream_key(namespace, connection), last_batch]
		self._script = redis.register_script(_PUT)
		self._names = (f"{uuid.uuid4().hex}-{number}" for number in itertools.count())
		self._in_doubt: _Batch | None = None

	def put(self, signals: Sequence[RawSignal]) -> None:
		"""Append all signals in order; each BATCH of them at once or not at all.

		Raises LeaseLostError when another process has taken over, StreamFullError when there is no room, and lets every
		error of Redis pass: do not acknowledge then, and try again. A try whose answer was lost may have been carried
		out; trying again with the same signals first (more may follow) writes them once, up to BATCH signals.
		"""
		doubtful, self._in_doubt = self._in_doubt, None
		done = 0
		if doubtful is not None and doubtful.starts(signals):
			self._append(doubtful)
			done = len(doubtful.signals)
		for start in range(done, len(signals), BATCH):
			self._append(_Batch(next(self._names), signals[start : start + BATCH]))

	def noted_addresses(self) -> frozenset[str]:
		"""What listeners have noted and not dropped: addresses that a session at the source may still send."""
		return frozenset(address.decode() for address in self._redis.smembers(self._addresses_key))

	def note_addresses(self, add: Collection[str], drop: Collection[str]) -> None:
		"""Note what the session is about to be asked for, and drop what it has confirmed to be done with."""
		if add:
			self._redis.sadd(self._addresses_key, *add)
		if drop:
			self._redis.srem(self._addresses_key, *drop)

	def _append(self, batch: _Batch) -> None:
		arguments: list[Any] = [self._lease.token, self._max_entries, batch.name]
		for signal in batch.signals:
			arguments.append(header_of(signal))
			arguments.append(signal.payload)
		self._in_doubt = batch
		outcome = self._script(keys=self._keys, args=arguments)
		if outcome == _LEASE_GONE:  # it may only have run out while Redis was away: then it is still ours
			self._lease.renew()
			outcome = self._script(keys=self._keys, args=arguments)
		self._in_doubt = None
		if outcome == _LEASE_GONE:
			raise lease_lost(self._lease)
		if outcome == _STREAM_FULL:
			raise _stream_full(self.connection, self._max_entries)


class SignalStreams:
	"""Reads the streams of a site's connections and throws away what is done with."""

	def __init__(self, redis: Redis, namespace: str):
		self._redis = redis
		self._namespace = namespace

	def append(self, connection: str, signal: RawSignal, *, max_entries: int = MAX_ENTRIES) -> str:
		"""Put in one signal beside those of the listener, and return its stream id. Raises StreamFullError."""
		if self.length(connection) >= max_entries:
			raise _stream_full(connection, max_entries)
		fields: dict[Any, Any] = {"signal": header_of(signal), "payload": signal.payload}
		return self._redis.xadd(stream_key(self._namespace, connection), fields).decode()

	def holds(self, connection: str, stream_id: str) -> bool:
		"""Whether a signal is still in its stream."""
		return bool(self._redis.xrange(stream_key(self._namespace, connection), stream_id, stream_id))

	def read(self, cursors: Mapping[str, str], count: int, block_ms: int) -> dict[str, list[StreamedSignal]]:
		"""Up to `count` signals of each connection after its cursor, oldest first; only connections that have some.

		cursors: connection -> stream id ("0-0" is the start). block_ms: how long to wait for a first signal, 0 not at
		all; keep it below the socket timeout of the client.
		"""
		if not cursors:
			return {}
		names = {stream_key(self._namespace, name).encode(): name for name in cursors}
		streams: dict[Any, Any] = {key: cursors[name] for key, name in names.items()}
		reply = self._redis.xread(streams, count=count, block=block_ms if block_ms > 0 else None)
		return {
			names[key]: [_streamed(entry_id, fields) for entry_id, fields in entries]
			for key, entries in _by_stream(reply)
			if entries
		}

	def trim(self, connection: str, upto: str) -> int:
		"""Drop the entries up to and including a stream id whose effects are committed. The number that went."""
		milliseconds, sequence = stream_position(upto)
		key = stream_key(self._namespace, connection)
		return self._redis.xtrim(key, minid=f"{milliseconds}-{sequence + 1}", approximate=False)

	def length(self, connection: str) -> int:
		"""Signals that the stream holds now."""
		return self._redis.xlen(stream_key(self._namespace, connection))

	def lag_seconds(self, connection: str) -> float:
		"""How long ago the oldest signal in the stream was received; 0 where none waits."""
		oldest: Any = self._redis.xrange(stream_key(self._namespace, connection), count=1)
		if not oldest:
			return 0.0
		received = _streamed(*oldest[0]).signal.received_time
		return max(0.0, self.now_ms() / 1000 - received.timestamp())

	def now_ms(self) -> int:
		"""The clock that stream ids come from, in milliseconds since 1970."""
		seconds, microseconds = self._redis.time()
		return int(seconds) * 1000 + int(microseconds) // 1000

	def last_generated_id(self, connection: str) -> str:
		"""The id of the newest signal that the stream ever got, trimmed or not; "0-0" when there is no stream."""
		try:
			about = self._redis.xinfo_stream(stream_key(self._namespace, connection))
		except ResponseError as error:
			if "no such key" in str(error):
				return "0-0"
			raise
		return about["last-generated-id"].decode()


def _stream_full(connection: str, max_entries: int) -> StreamFullError:
	return StreamFullError(
		f"OT Connection {connection}: its stream holds {max_entries} signals that nobody has judged."
		" See that a worker serves the queue ot and that the drain job runs."
	)


def header_of(signal: RawSignal) -> str:
	"""The field `signal` of an entry. What json.dumps would write, in less time: a listener that has much to do spends
	much of its own on it."""
	source_time = f'"{signal.source_time.isoformat()}"' if signal.source_time is not None else "null"
	problem = _quoted(signal.problem) if signal.problem is not None else "null"
	marks = (
		f", {_quoted(signal.replay_of)}, {_quoted(signal.drill)}" if signal.replay_of or signal.drill else ""
	)
	return (
		f'[{_quoted(signal.address)}, "{signal.received_time.isoformat()}", {source_time},'
		f" {_quoted(signal.quality)}, {problem}, {signal.payload_bytes}{marks}]"
	)


def _streamed(entry_id: bytes, fields: Mapping[bytes, bytes] | None) -> StreamedSignal:
	"""An entry that is not ours becomes a signal with a problem: it ends as a dead letter and holds up nothing."""
	stream_id = entry_id.decode()
	try:
		header = _HEADERS.decode((fields or {})[b"signal"].decode())
		address, received, source, quality, problem, payload_bytes, *marks = header
		replay_of, drill = (*marks, "", "")[:2]
		signal = RawSignal(
			address=address,
			payload=(fields or {})[b"payload"],
			received_time=datetime.fromisoformat(received),
			source_time=datetime.fromisoformat(source) if source else None,
			quality=quality,
			problem=problem,
			payload_bytes=payload_bytes,
			replay_of=replay_of,
			drill=drill,
		)
	except (KeyError, TypeError, ValueError) as error:
		signal = RawSignal(
			address="",
			payload=str(fields).encode()[:2000],
			received_time=datetime.fromtimestamp(stream_position(stream_id)[0] / 1000, timezone.utc),
			quality="bad",
			problem=f"stream entry {stream_id} was not written by plant_itsm ({error!r}): find out who writes there",
		)
	return StreamedSignal(stream_id, signal)


def _by_stream(reply: Any) -> Iterator[tuple[bytes, Any]]:
	"""One shape for every redis-py: 4 to 7 answer with pairs under RESP2, 5 to 7 with {key: [entries]} under RESP3,
	8 with {key: entries}."""
	if not isinstance(reply, dict):
		yield from ((key, entries) for key, entries in reply or ())
		return
	for key, entries in reply.items():
		nested = len(entries) == 1 and isinstance(entries[0], list)
		yield key, entries[0] if nested else entries
