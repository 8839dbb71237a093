"""OPC UA servers with alarms or with narrow limits, on asyncua's own server."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from asyncua import ua
from asyncua.common.event_objects import (
	AlarmCondition,
	BaseEvent,
	EventQueueOverflowEvent,
	RefreshRequiredEvent,
)
from asyncua.common.utils import ServiceError

from tests.servers import OpcUaServer

STATES = {
	"active": "ActiveState/Id",
	"acked": "AckedState/Id",
	"confirmed": "ConfirmedState/Id",
	"enabled": "EnabledState/Id",
	"shelved": "SuppressedOrShelved",
	"retain": "Retain",
	"severity": "Severity",
	"branch": "BranchId",
	"at": "Time",
}


class AlarmServer(OpcUaServer):
	"""Tells of conditions on its Server object. asyncua keeps those to be retained and sends them on ConditionRefresh;
	a restart forgets them. refreshes: whether it knows ConditionRefresh."""

	def __init__(self, *, refreshes: bool = True, **options: Any):
		super().__init__(**options)
		self._refreshes = refreshes
		self._generators: dict[str, Any] = {}

	async def _start(self) -> None:
		await super()._start()
		self._generators.clear()
		if self._refreshes:
			internal = self._server.iserver
			internal.bind_condition_methods = 100  # the severity of the events that frame a refresh
			await internal.setup_condition_methods()

	def tell(
		self, source: str, condition: str, *, message: str = "", number: int | None = None, **states: Any
	) -> str:
		"""An event of a condition; returns its address. Its id comes from its names, or is the number given."""
		condition_id = ua.NodeId(number or f"{source}.{condition}", 2)
		self._loop.run(self._tell(source, condition, condition_id, message, states))
		return f"alarms(i=2253)/{source}/{condition}/{condition_id.to_string()}"

	async def _tell(
		self, source: str, condition: str, condition_id: ua.NodeId, message: str, states: dict[str, Any]
	) -> None:
		key = f"{condition_id.to_string()} {states.get('branch')}"
		generator = self._generators.get(key)
		if generator is None:
			event = AlarmCondition()
			event.add_property("NodeId", condition_id, ua.VariantType.NodeId)
			event.SourceName, event.ConditionName = source, condition
			generator = self._generators[key] = await self._server.get_event_generator(event)
		defaults = {"active": False, "acked": False, "enabled": True, "shelved": False, "severity": 700}
		for name, value in {**defaults, "retain": states.get("active", False), **states}.items():
			setattr(generator.event, STATES[name], value)
		moment = states.get("at") or datetime.now(timezone.utc)
		await generator.trigger(time_attr=moment, message=message or f"{condition} of {source}")

	def forget(self) -> None:
		"""Let all alarms be over without a word, as a server that was started anew does."""
		self._server.iserver.subscription_service._conditions.clear()
		self._generators.clear()

	def tell_of_itself(self, event: BaseEvent) -> None:
		async def trigger() -> None:
			await (await self._server.get_event_generator(event)).trigger()

		self._loop.run(trigger())

	def ask_for_refresh(self) -> None:
		self.tell_of_itself(RefreshRequiredEvent())

	def overflow(self) -> None:
		self.tell_of_itself(EventQueueOverflowEvent())

	def send(self, fields: list[ua.Variant]) -> None:
		"""Event fields as they are, whatever they were asked to be."""

		async def enqueue() -> None:
			for subscription in self._server.iserver.subscription_service.subscriptions.values():
				items = subscription.monitored_item_srv._monitored_items
				for mids in subscription.monitored_item_srv._monitored_events.values():
					for mid in mids:
						told = ua.EventFieldList(items[mid].client_handle, fields)
						await subscription.enqueue_event(mid, told, 0)

		self._loop.run(enqueue())


class LimitedServer(OpcUaServer):
	"""A server with the limits of a small PLC."""

	async def _start(self) -> None:
		await super()._start()
		self._service = self._server.iserver.subscription_service
		self.limit()
		self._create, self._service.create_monitored_items = (
			self._service.create_monitored_items,
			self._limited,
		)

	async def _limited(self, params: ua.CreateMonitoredItemsParameters) -> list[ua.MonitoredItemCreateResult]:
		if len(params.ItemsToCreate) > self._items_per_call:
			raise ServiceError(ua.StatusCodes.BadTooManyOperations)
		room = self._items - self.items_of(params.SubscriptionId)
		wanted, params.ItemsToCreate = params.ItemsToCreate, params.ItemsToCreate[:room]
		results = await self._create(params)
		refused = ua.StatusCode(ua.StatusCodes.BadTooManyMonitoredItems)
		return results + [ua.MonitoredItemCreateResult(StatusCode=refused) for _ in wanted[room:]]

	def limit(self, *, subscriptions: int = 1000, items: int = 1000, items_per_call: int = 1000) -> None:
		self._server.iserver.max_subscriptions = subscriptions
		self._items, self._items_per_call = items, items_per_call

	def items_of(self, subscription: int) -> int:
		return len(self._service.subscriptions[subscription].monitored_item_srv._monitored_items)

	def spread(self) -> list[int]:
		"""How many items each subscription holds."""
		return [self.items_of(number) for number in self._service.subscriptions]
