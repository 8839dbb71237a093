"""Monitored items of a session, spread over as many subscriptions as they need."""

from __future__ import annotations

import itertools
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from asyncua import ua
from asyncua.client.ua_session import UaSession

from plant_itsm.domain.opcua_addresses import notifier_node
from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.opcua_refusals import ServerRefusedError
from plant_itsm.ot_listeners.settings import OpcUaSettings

ITEMS_PER_SUBSCRIPTION = 1000
"""The cap of many PLCs; a server with a lower one is taken at its word."""

_NODES_PER_CALL = 500
_RETRY_ADDRESS_SECONDS = 60.0


@dataclass(eq=False)
class Subscription:
	"""last_sequence: of the last notification that was stored. items: address -> (our handle, the server's id)."""

	id: int = 0
	silence_seconds: float = 60.0
	last_sequence: int = 0
	heard_at: float = 0.0
	delivering: bool = False
	is_full: bool = False
	items: dict[str, tuple[int, int]] = field(default_factory=dict)


class MonitoredItems:
	"""What the session listens to: the value of a node, or the events of a notifier (`alarms(node id)`).

	subscribe makes one more subscription, or raises ServerRefusedError. What the server refuses goes to
	on_refused(address, reason) and is tried again after a minute.
	"""

	def __init__(
		self,
		settings: OpcUaSettings,
		session: UaSession,
		subscribe: Callable[[], Awaitable[Subscription]],
		on_refused: Callable[[str, str], None],
	):
		self._settings = settings
		self._session = session
		self._subscribe = subscribe
		self._on_refused = on_refused
		self._handles = itertools.count(1)
		self._retry_at: dict[str, float] = {}
		self._namespaces: list[str] | None = None
		self.subscriptions: list[Subscription] = []
		self.address_of: dict[int, str] = {}
		self.node_of: dict[str, ua.NodeId] = {}
		self.nodes_per_call = _NODES_PER_CALL

	def refuse(self, address: str, reason: str) -> None:
		self._retry_at[address] = time.monotonic() + _RETRY_ADDRESS_SECONDS
		self._on_refused(address, reason)

	def change(self, wanted: Collection[str]) -> tuple[list[str], list[str]]:
		"""What to add and what to remove, so that all that is wanted and may be tried now is there."""
		now = time.monotonic()
		new = [name for name in wanted if name not in self.node_of and self._retry_at.get(name, 0.0) <= now]
		return sorted(new), sorted(self.node_of.keys() - set(wanted))

	async def add(self, addresses: Collection[str]) -> list[str]:
		"""Monitor what is new. Returns the addresses that the server has accepted."""
		nodes = {name: node for name in addresses if (node := await self._node_id(name)) is not None}
		remaining = list(nodes)
		while remaining:
			try:
				one = await self._with_room()
			except ServerRefusedError as error:
				for name in remaining:
					self.refuse(name, f"finds no room: {error}")
				break
			room = min(self.nodes_per_call, ITEMS_PER_SUBSCRIPTION - len(one.items))
			chunk = {name: nodes[name] for name in remaining[:room]}
			remaining = await self._monitor(one, chunk) + remaining[room:]
		return [name for name in nodes if name in self.node_of]

	async def _with_room(self) -> Subscription:
		for one in self.subscriptions:
			if not one.is_full and len(one.items) < ITEMS_PER_SUBSCRIPTION:
				return one
		return await self._subscribe()

	async def _monitor(self, one: Subscription, nodes: dict[str, ua.NodeId]) -> list[str]:
		"""Add items to a subscription. Returns the addresses for which it has no room."""
		params = ua.CreateMonitoredItemsParameters()
		params.SubscriptionId = one.id
		params.TimestampsToReturn = ua.TimestampsToReturn.Both
		params.ItemsToCreate = [self._item(address, node) for address, node in nodes.items()]
		try:
			results = await self._session.create_monitored_items(params)
		except ua.uaerrors.BadTooManyOperations:
			if len(nodes) == 1:
				raise
			self.nodes_per_call = len(nodes) // 2
			return list(nodes)
		left = []
		for (address, node), item, result in zip(nodes.items(), params.ItemsToCreate, results, strict=True):
			handle = item.RequestedParameters.ClientHandle
			if result.StatusCode.is_good():
				one.items[address] = (handle, result.MonitoredItemId)
				self.node_of[address] = node
				self._retry_at.pop(address, None)
				continue
			del self.address_of[handle]
			if one.items and result.StatusCode.value == ua.StatusCodes.BadTooManyMonitoredItems:
				one.is_full = True
				left.append(address)
			else:
				self.refuse(address, _refusal(address, result.StatusCode))
		return left

	def _item(self, address: str, node: ua.NodeId) -> ua.MonitoredItemCreateRequest:
		handle = next(self._handles)
		self.address_of[handle] = address  # before the call: the first value may come before its answer
		if notifier_node(address) is not None:
			return requests.monitored_events(self._settings, node, handle)
		return requests.monitored_item(self._settings, node, handle)

	async def remove(self, addresses: Collection[str]) -> None:
		for one in self.subscriptions:
			gone = {name: one.items[name] for name in addresses if name in one.items}
			if gone:
				ids = [item_id for _, item_id in gone.values()]
				await self._session.delete_monitored_items(ua.DeleteMonitoredItemsParameters(one.id, ids))
				one.is_full = False
			for name, (handle, _) in gone.items():
				del one.items[name], self.address_of[handle], self.node_of[name]

	async def _node_id(self, address: str) -> ua.NodeId | None:
		text = notifier_node(address) or address
		try:
			node = ua.NodeId.from_string(text)
			if isinstance(node, ua.ExpandedNodeId):
				node = ua.NodeId(
					node.Identifier, await self._namespace_index(node.NamespaceUri), node.NodeIdType
				)
		except (ua.uaerrors.UaStringParsingError, ValueError, KeyError) as error:
			self.refuse(address, f"is no node id ({error}); write it like ns=2;s=Line3.Robot.State")
			return None
		return node

	async def _namespace_index(self, uri: str | None) -> int:
		"""The index of a namespace in this session. Raises ValueError for one that the server does not know."""
		if self._namespaces is None:
			array = requests.read([ua.NodeId(ua.ObjectIds.Server_NamespaceArray)])
			(value,) = await self._session.read(array)
			self._namespaces = list(value.Value.Value or ()) if value.Value is not None else []
		if uri not in self._namespaces:
			raise ValueError(f"the server knows no namespace {uri!r}, but {', '.join(self._namespaces)}")
		return self._namespaces.index(uri)


def _refusal(address: str, status: ua.StatusCode) -> str:
	hint = ""
	if notifier_node(address) is not None:
		hint = " Name a node whose event notifier bit is set, for example i=2253, the Server object."
	return f"is refused by the server ({status.name}): {status.doc}{hint}"
