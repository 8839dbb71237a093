"""One session with an OPC UA server: its subscriptions, gaps filled in order, values read again after a cut."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from asyncua import Client, ua
from asyncua.client.ua_client import UaClientState
from asyncua.client.ua_session import UaSession

from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.opcua_client import SESSION_SECONDS, connected_client
from plant_itsm.ot_listeners.opcua_values import is_as_new
from plant_itsm.ot_listeners.settings import OpcUaSettings

_log = logging.getLogger(__name__)

Values = list[tuple[str, ua.DataValue]]
"""(address, value) in the order of the server."""

_ITEMS_PER_SUBSCRIPTION = 1000  # the cap of many PLCs
_NODES_PER_CALL = 500
_MISSED_KEEPALIVES = 3
_LONGEST_GAP = 1000
_RETRY_ADDRESS_SECONDS = 60.0
_FOLLOW_SECONDS = 60.0
_CLOSE_SECONDS = 3.0


class SessionLostError(Exception):
	"""The session or a subscription is gone at the server: begin again with a new one."""


@dataclass(eq=False)
class _Subscription:
	id: int = 0
	silence_seconds: float = 60.0
	last_sequence: int = 0
	heard_at: float = 0.0
	delivering: bool = False
	items: dict[str, tuple[int, int]] = field(default_factory=dict)
	"""address -> (our handle, the server's id) of its monitored item"""


class OpcUaLink:
	"""Values flow into `store`, which is awaited before the server hears that they have arrived: when it waits, the
	server queues (queue_size values per node). A node that the server refuses goes to on_refused(address, reason)."""

	def __init__(
		self,
		settings: OpcUaSettings,
		store: Callable[[Values], Awaitable[None]],
		on_refused: Callable[[str, str], None],
	):
		self._settings = settings
		self._store = store
		self._on_refused = on_refused
		self._client: Client | None = None
		self._token: ua.NodeId | None = None
		self._subscriptions: list[_Subscription] = []
		self._handles = itertools.count(1)
		self._address_of: dict[int, str] = {}
		self._retry_at: dict[str, float] = {}
		self._latest: dict[str, ua.DataValue] = {}
		self._unconfirmed: dict[str, tuple[ua.DataValue, float]] = {}
		self._settle_seconds = max(1.0, 3 * settings.publishing_interval_ms / 1000)
		self._failure: Exception | None = None
		self._cut_at: float | None = None

	async def open(self) -> None:
		"""Connect and subscribe to nothing yet: the keep-alive of the empty subscription shows a server that lives."""
		self._client = await connected_client(self._settings)
		self._token = self._session.authentication_token
		await self._add_subscription()

	async def close(self) -> None:
		"""Give session and subscriptions back to the server, unless that takes too long. Never raises."""
		if self._client is None:
			return
		try:
			await asyncio.wait_for(self._client.disconnect(), _CLOSE_SECONDS)
		except Exception as error:
			_log.debug("OT Connection %s: closing: %r", self._settings.connection, error)
			self._client.disconnect_socket()

	@property
	def is_up(self) -> bool:
		return self._client is not None and self._client.state is UaClientState.CONNECTED

	async def check(self) -> bool:
		"""Whether the server is there now. After a cut the same session goes on. Raises SessionLostError."""
		if self._failure is not None:
			raise self._failure
		now = time.monotonic()
		if not self.is_up:
			self._cut_at = self._cut_at or now
			if now - self._cut_at > SESSION_SECONDS:
				raise SessionLostError(f"no link for {SESSION_SECONDS} s")
			return False
		if self._session.authentication_token != self._token:
			raise SessionLostError("the server has forgotten the session")
		if self._cut_at is not None:
			await self._resume()
		for one in self._subscriptions:
			if not one.delivering and now - one.heard_at > one.silence_seconds:
				raise SessionLostError(f"subscription silent for {now - one.heard_at:.0f} s")
		return True

	async def follow(self, wanted: Collection[str]) -> None:
		"""Subscribe to what is wanted and new, drop what is not wanted any more."""
		now = time.monotonic()
		known = {address for one in self._subscriptions for address in one.items}
		gone = known.difference(wanted)
		new = [name for name in wanted if name not in known and self._retry_at.get(name, 0.0) <= now]
		if gone or new:
			await asyncio.wait_for(self._change(gone, sorted(new)), _FOLLOW_SECONDS)

	async def _change(self, gone: Collection[str], new: list[str]) -> None:
		await self._remove(gone)
		await self._add(new)

	async def settle(self) -> None:
		"""Store the values read after a cut for which no notification has come: the server did not queue them."""
		now = time.monotonic()
		if any(one.delivering for one in self._subscriptions):
			return
		due = [(name, value) for name, (value, due_at) in self._unconfirmed.items() if due_at <= now]
		for name, _ in due:
			del self._unconfirmed[name]
		if due:
			await self._store(due)

	async def _add_subscription(self) -> _Subscription:
		params = requests.subscription(self._settings)
		one = _Subscription(heard_at=time.monotonic())

		async def on_publish(result: ua.PublishResult) -> None:
			await self._on_publish(one, result)

		result = await self._session.create_subscription(params, on_publish)
		one.id = result.SubscriptionId
		keepalive = result.RevisedPublishingInterval / 1000 * result.RevisedMaxKeepAliveCount
		one.silence_seconds = _MISSED_KEEPALIVES * max(keepalive, requests.KEEPALIVE_SECONDS)
		self._subscriptions.append(one)
		return one

	async def _add(self, addresses: list[str]) -> None:
		nodes = {address: node for address in addresses if (node := self._node_id(address)) is not None}
		remaining = list(nodes)
		while remaining:
			one = next((s for s in self._subscriptions if len(s.items) < _ITEMS_PER_SUBSCRIPTION), None)
			one = one or await self._add_subscription()
			room = min(_NODES_PER_CALL, _ITEMS_PER_SUBSCRIPTION - len(one.items))
			chunk, remaining = remaining[:room], remaining[room:]
			await self._monitor(one, {address: nodes[address] for address in chunk})

	def _node_id(self, address: str) -> ua.NodeId | None:
		try:
			return ua.NodeId.from_string(address)
		except (ua.UaError, ValueError, KeyError) as error:
			self._refuse(address, f"is no node id ({error}); write it like ns=2;s=Line3.Robot.State")
			return None

	def _refuse(self, address: str, reason: str) -> None:
		self._retry_at[address] = time.monotonic() + _RETRY_ADDRESS_SECONDS
		self._on_refused(address, reason)

	async def _monitor(self, one: _Subscription, nodes: dict[str, ua.NodeId]) -> None:
		params = ua.CreateMonitoredItemsParameters()
		params.SubscriptionId = one.id
		params.TimestampsToReturn = ua.TimestampsToReturn.Both
		params.ItemsToCreate = [self._item(address, node) for address, node in nodes.items()]
		results = await self._session.create_monitored_items(params)
		for address, item, result in zip(nodes, params.ItemsToCreate, results, strict=True):
			handle = item.RequestedParameters.ClientHandle
			if result.StatusCode.is_good():
				one.items[address] = (handle, result.MonitoredItemId)
				self._retry_at.pop(address, None)
			else:
				del self._address_of[handle]
				self._refuse(
					address, f"is refused by the server ({result.StatusCode.name}): {result.StatusCode.doc}"
				)
		await self._read({address: node for address, node in nodes.items() if address in one.items})

	def _item(self, address: str, node: ua.NodeId) -> ua.MonitoredItemCreateRequest:
		handle = next(self._handles)
		self._address_of[handle] = address  # before the call: the first value may come before its answer
		return requests.monitored_item(self._settings, node, handle)

	async def _remove(self, addresses: Collection[str]) -> None:
		for one in self._subscriptions:
			gone = {name: one.items[name] for name in addresses if name in one.items}
			if gone:
				ids = [item_id for _, item_id in gone.values()]
				await self._session.delete_monitored_items(ua.DeleteMonitoredItemsParameters(one.id, ids))
			for name, (handle, _) in gone.items():
				del one.items[name], self._address_of[handle]
				self._unconfirmed.pop(name, None)
				self._latest.pop(name, None)

	async def _read(self, nodes: dict[str, ua.NodeId]) -> None:
		"""Note the current values. Those of which a notification tells as well are dropped again, so that each value
		is stored once and in the order in which it came to be."""
		if not nodes:
			return
		values = await self._session.read(requests.read(nodes.values()))
		due_at = time.monotonic() + self._settle_seconds
		for name, value in zip(nodes, values, strict=True):
			latest = self._latest.get(name)
			if latest is None or not is_as_new(latest, value):
				self._unconfirmed[name] = (value, due_at)

	async def _resume(self) -> None:
		"""After a cut: make sure that the subscriptions publish to this connection, and read what may be missing."""
		ids = [one.id for one in self._subscriptions]
		try:
			await self._session.transfer_subscriptions(ua.TransferSubscriptionsParameters(ids, False))
		except ua.UaError as error:  # a server that kept them with the session need not know this service
			_log.debug("OT Connection %s: transfer of subscriptions: %r", self._settings.connection, error)
		for one in self._subscriptions:
			one.heard_at = time.monotonic()
		await self._read_all()
		self._cut_at = None

	async def _read_all(self) -> None:
		names = [name for one in self._subscriptions for name in one.items]
		for start in range(0, len(names), _NODES_PER_CALL):
			await self._read(
				{name: ua.NodeId.from_string(name) for name in names[start : start + _NODES_PER_CALL]}
			)

	async def _on_publish(self, one: _Subscription, result: ua.PublishResult) -> None:
		"""asyncua acknowledges a notification when this returns; its errors would go no further than a log line."""
		started = one.heard_at = time.monotonic()
		one.delivering = True
		try:
			message = result.NotificationMessage
			await self._fill_gap(one, message.SequenceNumber)
			await self._deliver(message)
			if message.NotificationData:
				one.last_sequence = message.SequenceNumber
		except Exception as error:
			self._failure = error
		finally:
			one.delivering = False
			one.heard_at = time.monotonic()
			if (
				one.heard_at - started > 1.0
			):  # notifications have queued up behind this one: let them come first
				self._postpone()

	async def _fill_gap(self, one: _Subscription, sequence: int) -> None:
		"""Fetch notifications that a cut has swallowed, before the one that came. What the server no longer has is made
		up for by reading every value."""
		missing = range(max(one.last_sequence + 1, sequence - _LONGEST_GAP), sequence)
		for number in missing:
			message = await self._republished(one, number)
			if message is None:
				_log.warning(
					"OT Connection %s: notifications from %s to %s are lost, reading all values instead",
					self._settings.connection,
					number,
					sequence - 1,
				)
				await self._read_all()
				return
			await self._deliver(message)
			one.last_sequence = number

	async def _republished(self, one: _Subscription, number: int) -> ua.NotificationMessage | None:
		try:
			message = await self._session.republish(one.id, number)
		except ua.uaerrors.BadMessageNotAvailable:
			return None
		return message if message.NotificationData else None

	async def _deliver(self, message: ua.NotificationMessage) -> None:
		values: Values = []
		for part in message.NotificationData or ():
			if isinstance(part, ua.StatusChangeNotification):
				raise SessionLostError(f"the server ends a subscription: {part.Status}")
			if isinstance(part, ua.DataChangeNotification):
				values += [
					(self._address_of[item.ClientHandle], item.Value)
					for item in part.MonitoredItems
					if item.ClientHandle in self._address_of  # else dropped a moment ago
				]
		for name, value in values:
			self._confirm(name, value)
		if values:
			await self._store(values)

	def _confirm(self, name: str, value: ua.DataValue) -> None:
		self._latest[name] = value
		known = self._unconfirmed.pop(name, None)
		if known is not None and not is_as_new(value, known[0]):  # the one that we read is yet to come
			self._unconfirmed[name] = (known[0], time.monotonic() + self._settle_seconds)

	def _postpone(self) -> None:
		due_at = time.monotonic() + self._settle_seconds
		self._unconfirmed = {name: (value, due_at) for name, (value, _) in self._unconfirmed.items()}

	@property
	def _session(self) -> UaSession:
		assert self._client is not None
		return self._client.uaclient.session
