"""One session with an OPC UA server: its subscriptions, gaps filled in order, what a cut has swallowed made up for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection

from asyncua import Client, ua
from asyncua.client.ua_client import UaClientState
from asyncua.client.ua_session import UaSession

from plant_itsm.domain.opcua_addresses import notifier_address
from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.opcua_client import SESSION_SECONDS, connected_client
from plant_itsm.ot_listeners.opcua_events import Told, event_of
from plant_itsm.ot_listeners.opcua_items import MonitoredItems, Subscription
from plant_itsm.ot_listeners.opcua_readings import ReadValues
from plant_itsm.ot_listeners.opcua_refresh import Refreshes
from plant_itsm.ot_listeners.opcua_refusals import ServerRefusedError
from plant_itsm.ot_listeners.settings import OpcUaSettings

_log = logging.getLogger(__name__)

_MISSED_KEEPALIVES = 3
_LONGEST_GAP = 1000
_FOLLOW_SECONDS = 60.0
_CLOSE_SECONDS = 3.0

_NO_SUBSCRIPTION = (
	ua.uaerrors.BadTooManySubscriptions,
	ua.uaerrors.BadServiceUnsupported,
	ua.uaerrors.BadUserAccessDenied,
	ua.uaerrors.BadOutOfMemory,
	ua.uaerrors.BadResourceUnavailable,
)


class SessionLostError(Exception):
	"""The session or a subscription is gone at the server: begin again with a new one."""


class OpcUaLink:
	"""What nodes and notifiers tell flows into `store`, which is awaited before the server hears that it has arrived:
	when it waits, the server queues (queue_size per node). An address that the server refuses goes to
	on_refused(address, reason)."""

	def __init__(
		self,
		settings: OpcUaSettings,
		store: Callable[[list[Told]], Awaitable[None]],
		on_refused: Callable[[str, str], None],
	):
		self._settings = settings
		self._store = store
		self._on_refused = on_refused
		self._client: Client | None = None
		self._token: ua.NodeId | None = None
		self._read_values = ReadValues(max(1.0, 3 * settings.publishing_interval_ms / 1000))
		self._refreshes = Refreshes(on_refused)
		self._failure: Exception | None = None
		self._cut_at: float | None = None
		self.warnings: list[str] = []

	async def open(self) -> None:
		"""Connect and subscribe to nothing yet: the keep-alive of the empty subscription shows a server that lives.

		Afterwards `warnings` holds what a person should know though it works.
		"""
		self._client = await connected_client(self._settings, self.warnings.append)
		self._token = self._session.authentication_token
		self._items = MonitoredItems(self._settings, self._session, self._subscribe, self._on_refused)
		await self._subscribe()

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
		for one in self._items.subscriptions:
			if not one.delivering and now - one.heard_at > one.silence_seconds:
				raise SessionLostError(f"subscription silent for {now - one.heard_at:.0f} s")
		return True

	async def follow(self, wanted: Collection[str]) -> None:
		"""Listen to what is wanted and new, drop what is not wanted any more, and ask notifiers for their alarms.

		The alarms of one notifier are listened to at once, however many rules look at some of them.
		"""
		new, gone = self._items.change({notifier_address(address) or address for address in wanted})
		if gone or new:
			await asyncio.wait_for(self._change(new, gone), _FOLLOW_SECONDS)
		if not any(one.delivering for one in self._items.subscriptions):
			await self._refreshes.ask(self._session, self._notifiers())

	async def _change(self, new: list[str], gone: list[str]) -> None:
		await self._items.remove(gone)
		for address in gone:
			self._read_values.forget(address)
			self._refreshes.forget(address)
		added = await self._items.add(new)
		self._refreshes.want(address for address in added if notifier_address(address))
		await self._read([address for address in added if not notifier_address(address)])

	def _notifiers(self) -> dict[str, int]:
		"""The notifiers with the subscription that each is in."""
		return {
			name: one.id for one in self._items.subscriptions for name in one.items if notifier_address(name)
		}

	async def settle(self) -> None:
		"""Store the values read after a cut for which no notification has come: the server did not queue them."""
		if any(one.delivering for one in self._items.subscriptions):
			return
		due = self._read_values.due()
		if due:
			await self._store([*due])

	async def _subscribe(self) -> Subscription:
		one = Subscription(heard_at=time.monotonic())

		async def on_publish(result: ua.PublishResult) -> None:
			await self._on_publish(one, result)

		try:
			result = await self._session.create_subscription(
				requests.subscription(self._settings), on_publish
			)
		except _NO_SUBSCRIPTION as error:
			raise ServerRefusedError(
				f"the server refuses subscription {len(self._items.subscriptions) + 1} ({error}):"
				" end other clients of the server, or raise its limit of subscriptions"
			) from error
		one.id = result.SubscriptionId
		keepalive = result.RevisedPublishingInterval / 1000 * result.RevisedMaxKeepAliveCount
		one.silence_seconds = _MISSED_KEEPALIVES * max(keepalive, requests.KEEPALIVE_SECONDS)
		self._items.subscriptions.append(one)
		return one

	async def _read(self, addresses: list[str]) -> None:
		"""Note the current values."""
		start = 0
		while start < len(addresses):
			names = addresses[start : start + self._items.nodes_per_call]
			try:
				values = await self._session.read(requests.read(self._items.node_of[name] for name in names))
			except ua.uaerrors.BadTooManyOperations:
				if len(names) == 1:
					raise
				self._items.nodes_per_call = len(names) // 2
				continue
			for name, value in zip(names, values, strict=True):
				self._read_values.note(name, value)
			start += len(names)

	async def _resume(self) -> None:
		"""After a cut: make sure that the subscriptions publish to this connection, and ask for what may be missing."""
		ids = [one.id for one in self._items.subscriptions]
		try:
			await self._session.transfer_subscriptions(ua.TransferSubscriptionsParameters(ids, False))
		except ua.UaError as error:  # a server that kept them with the session need not know this service
			_log.debug("OT Connection %s: transfer of subscriptions: %r", self._settings.connection, error)
		for one in self._items.subscriptions:
			one.heard_at = time.monotonic()
		await self._ask_for_all()
		self._cut_at = None

	async def _ask_for_all(self) -> None:
		self._refreshes.want(self._notifiers())
		await self._read([name for name in self._items.node_of if not notifier_address(name)])

	async def _on_publish(self, one: Subscription, result: ua.PublishResult) -> None:
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
			if one.heard_at - started > 1.0:
				self._read_values.postpone()

	async def _fill_gap(self, one: Subscription, sequence: int) -> None:
		"""Fetch notifications that a cut has swallowed, before the one that came. What the server no longer has is made
		up for by asking for everything."""
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
				await self._ask_for_all()
				return
			await self._deliver(message)
			one.last_sequence = number

	async def _republished(self, one: Subscription, number: int) -> ua.NotificationMessage | None:
		try:
			message = await self._session.republish(one.id, number)
		except ua.uaerrors.BadMessageNotAvailable:
			return None
		return message if message.NotificationData else None

	async def _deliver(self, message: ua.NotificationMessage) -> None:
		told: list[Told] = []
		for part in message.NotificationData or ():
			if isinstance(part, ua.StatusChangeNotification):
				raise SessionLostError(f"the server ends a subscription: {part.Status}")
			if isinstance(part, ua.DataChangeNotification):
				told += self._values_of(part)
			elif isinstance(part, ua.EventNotificationList):
				told += self._notices_of(part)
		if told:
			await self._store(told)

	def _values_of(self, part: ua.DataChangeNotification) -> list[Told]:
		told: list[Told] = []
		for item in part.MonitoredItems:
			address = self._items.address_of.get(item.ClientHandle)
			if address is None or notifier_address(address):
				continue  # dropped a moment ago; or node-opcua tells the value of an event notifier after a cut
			if self._read_values.confirm(address, item.Value):
				told.append((address, item.Value))
		return told

	def _notices_of(self, part: ua.EventNotificationList) -> list[Told]:
		told: list[Told] = []
		for item in part.Events:
			notifier = self._items.address_of.get(item.ClientHandle)
			if notifier is not None:
				told += self._refreshes.take(notifier, event_of(notifier, item.EventFields))
		return told

	@property
	def _session(self) -> UaSession:
		assert self._client is not None
		return self._client.uaclient.session
