"""What a site does with the batches of its gateways: into the stream of their connection, each signal once.

A signal keeps the place that its gateway gave it as its id in the stream, and the drain's cursor in the database is
such a place. So a batch that comes twice finds its places taken; and when Redis has lost what the drain had not judged,
the site asks for it again, because the gateway forgets nothing before its effects are committed.
"""

from __future__ import annotations

import json
from typing import Any

import redis

from plant_itsm.domain.gateway import START, GatewayBatch, GatewayError, Receipt
from plant_itsm.domain.signals import stream_position
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.ot_listeners.intake import MAX_ENTRIES, header_of, stream_key
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.ports import Ports, Record
from plant_itsm.services.drain import STATE
from plant_itsm.services.rules import addresses_of
from plant_itsm.services.sparkplug import is_sparkplug, subscriptions_of

GATEWAY, CONNECTION = "Plant Gateway", "OT Connection"
ABSENT_AFTER_SECONDS = 90
"""A gateway that has said nothing for so long is away; it says something each few seconds."""

_TAKE = """
local epoch, number = tonumber(ARGV[1]), tonumber(ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 1 then
	local about = redis.call('XINFO', 'STREAM', KEYS[1])
	for i = 1, #about, 2 do
		if about[i] == 'last-generated-id' then
			local e, n = string.match(about[i + 1], '(%d+)-(%d+)')
			e, n = tonumber(e), tonumber(n)
			if e > epoch or (e == epoch and n > number) then epoch, number = e, n end
		end
	end
end
local after_epoch, after = tonumber(ARGV[3]), tonumber(ARGV[4])
local begins = after == 0 and after_epoch > epoch
local goes_on = after_epoch == epoch and after <= number
local full = 0
if begins then epoch, number = after_epoch, 0 end
if begins or goes_on then
	local room = tonumber(ARGV[5]) - redis.call('XLEN', KEYS[1])
	for i = 6, #ARGV, 2 do
		after = after + 1
		if after > number then
			if room <= 0 then full = 1 break end
			local id = string.format('%.0f-%.0f', epoch, after)
			redis.call('XADD', KEYS[1], id, 'signal', ARGV[i], 'payload', ARGV[i + 1])
			number, room = after, room - 1
		end
	end
end
return {string.format('%.0f-%.0f', epoch, number), full}
"""


def receive(ports: Ports, gateway: str, batch: GatewayBatch, *, max_entries: int = MAX_ENTRIES) -> Receipt:
	"""Take a batch of a Plant Gateway, as much of it as is new and follows on from what was taken before.

	Raises GatewayError for a connection that does not come by this gateway, and lets every error of Redis pass: the
	gateway tries again then.
	"""
	client = connect(ports)
	with ports.records.transaction():
		connection = ports.records.get(CONNECTION, batch.connection)
		if connection is None or connection["gateway"] != gateway:
			raise GatewayError(
				f"OT Connection {batch.connection!r} does not come by the gateway {gateway}: enter that in its field"
				" Gateway, or take it off the gateway."
			)
		state = ports.records.get(STATE, batch.connection)
		wanted = subscriptions_of if is_sparkplug(connection) else addresses_of
		addresses = tuple(sorted(wanted(ports.records, batch.connection)))
	committed = state["stream_cursor"] if state else START
	taken, is_full = _take(client, ports.namespace, batch, committed, max_entries)
	_note(ports, client, gateway, batch)
	return Receipt(committed, taken, addresses, ports.clock.now(), is_full)


def _take(
	client: redis.Redis, namespace: str, batch: GatewayBatch, committed: str, max_entries: int
) -> tuple[str, bool]:
	arguments: list[Any] = [*stream_position(committed), *stream_position(batch.after), max_entries]
	for signal in batch.signals:
		arguments += [header_of(signal), signal.payload]
	script = client.register_script(_TAKE)
	taken, full = script(keys=[stream_key(namespace, batch.connection)], args=arguments)
	return taken.decode(), bool(full)


def _note(ports: Ports, client: redis.Redis, gateway: str, batch: GatewayBatch) -> None:
	"""For people to see, and for the alarms of our own."""
	now = ports.clock.now()
	news: dict[Any, Any] = {
		"seen": now.timestamp(),
		"version": batch.version,
		"clock_ahead": (batch.sent_at - now).total_seconds(),
		f"waiting:{batch.connection}": batch.waiting,
	}
	client.hset(_key(ports, gateway), mapping=news)
	for name, (state, detail) in batch.states.items():
		if name == batch.connection:
			health = ListenerHealth(client, ports.namespace, name)
			told = health.read()
			if (told.get("state"), told.get("detail")) != (state, detail):
				health.report(state, detail)


def _key(ports: Ports, gateway: str) -> str:
	return f"plant_itsm:{ports.namespace}:gateway:{gateway}"


def gateway_news(ports: Ports, client: redis.Redis, gateway: str) -> dict[str, float | str]:
	"""{absent_seconds, version, clock_ahead, waiting}; empty where the gateway has never been heard of."""
	told = {key.decode(): value.decode() for key, value in client.hgetall(_key(ports, gateway)).items()}
	if "seen" not in told:
		return {}
	waiting = (int(value) for key, value in told.items() if key.startswith("waiting:"))
	return {
		"absent_seconds": max(0.0, ports.clock.now().timestamp() - float(told["seen"])),
		"version": told["version"],
		"clock_ahead": float(told["clock_ahead"]),
		"waiting": sum(waiting),
	}


def gateway_of(ports: Ports, user: str) -> Record:
	"""The enabled gateway that a user is. Raises GatewayError."""
	with ports.records.transaction():
		found = ports.records.find(GATEWAY, {"user": user, "enabled": True}, limit=1)
	if not found:
		raise GatewayError(f"{user} is no enabled Plant Gateway. Make one with this user, or enable it.")
	return found[0]


def parsed(text: str | dict[str, Any]) -> GatewayBatch:
	"""A batch as it comes in a request. Raises GatewayError."""
	try:
		told = json.loads(text) if isinstance(text, str) else text
	except ValueError as error:
		raise GatewayError(f"What the gateway sent is no JSON ({error}).") from None
	if not isinstance(told, dict):
		raise GatewayError("What the gateway sent is no JSON object.")
	return GatewayBatch.from_json(told)
