"""What tells of alarms at an OPC UA server: its notifiers, their sources, and the conditions of these (part 9).

Addresses come from names as the server gives them, never from guesses: from its events on ConditionRefresh, and from
the nodes of conditions where it shows some.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncua import Client, ua

from plant_itsm.domain.opcua_addresses import level, notifier_address, notifier_node
from plant_itsm.ot_listeners.browsed import Browsed, BrowsedItem, BrowseLimits
from plant_itsm.ot_listeners.opcua_client import connected_client
from plant_itsm.ot_listeners.opcua_events import Notice, Told
from plant_itsm.ot_listeners.opcua_link import OpcUaLink
from plant_itsm.ot_listeners.settings import OpcUaSettings

ALARMS, ALL, SOURCE, CONDITION = "alarms", "all alarms", "alarm source", "alarm condition"
"""Kinds of items. The first can be looked into, the others are addresses of rules."""
_SUBSCRIBE_TO_EVENTS = 1  # bit of the EventNotifier attribute (part 3, 8.59)
_NODES_PER_READ = 100
_STEP_SECONDS = 0.05


class NoNotifierError(Exception):
	"""The server refuses to tell events of a node."""


@dataclass
class _Alarms:
	"""The conditions of a notifier by (source name, condition name). state: what is told of it; None where unknown."""

	notifier: str
	states: dict[tuple[str, str], str | None] = field(default_factory=dict)
	refusals: list[str] = field(default_factory=list)
	is_refreshed: bool = False

	def take(self, document: dict[str, Any]) -> None:
		"""The document of one alarm. One that is over, and a branch of an active one, leave that one as it is."""
		key = str(document["source"]), str(document["condition"])
		if document["active"]:
			self.states[key] = f"active, severity {document['severity']}"
		elif not (self.states.get(key) or "").startswith("active"):
			self.states[key] = "not active"

	def items(self) -> Iterator[BrowsedItem]:
		yield BrowsedItem(self.notifier, f"all alarms of {notifier_node(self.notifier)}", 0, ALL)
		last = None
		for (source, condition), state in sorted(self.states.items()):
			at = f"{self.notifier}/{level(source)}"
			if source != last:
				yield BrowsedItem(at, source, 1, SOURCE)
			last = source
			told = state or ("not active" if self.is_refreshed else None)
			yield BrowsedItem(f"{at}/{level(condition)}", condition, 2, CONDITION, told)


def alarms_item(node: ua.NodeId, depth: int) -> BrowsedItem:
	"""The alarms of a notifier, as they stand below it in a tree."""
	return BrowsedItem(f"alarms({node.to_string()})", "alarms", depth, ALARMS)


async def notifiers_among(client: Client, refs: Sequence[ua.ReferenceDescription]) -> set[ua.NodeId]:
	"""The objects that tell events."""
	objects = [ref.NodeId for ref in refs if ref.NodeClass == ua.NodeClass.Object]
	found: set[ua.NodeId] = set()
	for start in range(0, len(objects), _NODES_PER_READ):
		nodes = objects[start : start + _NODES_PER_READ]
		wanted = [ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.EventNotifier) for node in nodes]
		answers = await client.uaclient.session.read(ua.ReadParameters(NodesToRead=wanted))
		found |= {node for node, answer in zip(nodes, answers, strict=True) if _tells_events(answer)}
	return found


def _tells_events(answer: ua.DataValue) -> bool:
	value = answer.Value.Value if answer.Value is not None else None
	return isinstance(value, int) and bool(value & _SUBSCRIBE_TO_EVENTS)


async def alarms_of(settings: OpcUaSettings, address: str, limits: BrowseLimits) -> Browsed:
	"""The sources and conditions of a notifier, and which are active. Raises NoNotifierError, or as asyncua does."""
	alarms = _Alarms(notifier_address(address) or address)
	is_whole = await _take_nodes(settings, alarms, limits)
	await _take_told(settings, alarms, limits.seconds)
	if alarms.refusals and not alarms.states:
		raise NoNotifierError(f"{alarms.notifier} {alarms.refusals[0]}")
	items = tuple(alarms.items())
	return Browsed(items[: limits.items], is_whole and len(items) <= limits.items)


async def _take_nodes(settings: OpcUaSettings, alarms: _Alarms, limits: BrowseLimits) -> bool:
	"""The conditions that the address space shows below a notifier; whether those were all."""
	client = await connected_client(settings)
	try:
		start = ua.NodeId.from_string(notifier_node(alarms.notifier) or "")
		await client.get_node(start).read_browse_name()  # raises where there is no such node
		seen, waiting = {start}, deque([start])
		while waiting:
			node = waiting.popleft()
			for condition in await _referenced(client, node, ua.ObjectIds.HasCondition):
				if len(alarms.states) >= limits.items:
					return False
				names = await _names(client, condition)
				if names is not None:
					alarms.states.setdefault(names)
			for source in await _referenced(client, node, ua.ObjectIds.HasEventSource):
				if source not in seen:
					seen.add(source)
					waiting.append(source)
	finally:
		await client.disconnect()
	return True


async def _referenced(client: Client, node: ua.NodeId, reference: int) -> list[ua.NodeId]:
	"""HasNotifier is a kind of HasEventSource: notifiers lie below notifiers."""
	found = await client.get_node(node).get_references(
		refs=ua.NodeId(reference), direction=ua.BrowseDirection.Forward, includesubtypes=True
	)
	return [one.NodeId for one in found]


async def _names(client: Client, condition: ua.NodeId) -> tuple[str, str] | None:
	"""The names that the events of a condition have; None where its node does not tell them."""
	node = client.get_node(condition)
	try:
		names = [
			await (await node.get_child(f"0:{name}")).read_value() for name in ("SourceName", "ConditionName")
		]
	except ua.UaError:
		return None
	source, name = names
	return (source, name) if isinstance(source, str) and isinstance(name, str) and source and name else None


async def _take_told(settings: OpcUaSettings, alarms: _Alarms, seconds: float) -> None:
	"""What the notifier tells on ConditionRefresh, and what else happens within so many seconds."""

	async def store(told: list[Told]) -> None:
		for address, what in told:
			if not isinstance(what, Notice) or what.problem:
				continue
			if address == alarms.notifier:
				alarms.is_refreshed = True
			else:
				alarms.take(what.document)

	link = OpcUaLink(settings, store, lambda _address, why: alarms.refusals.append(why))
	ends_at = time.monotonic() + seconds
	try:
		await link.open()
		while not (alarms.is_refreshed or alarms.refusals) and time.monotonic() < ends_at:
			if await link.check():
				await link.follow({alarms.notifier})
			await asyncio.sleep(_STEP_SECONDS)
	finally:
		await link.close()
