"""The service calls of OPC UA that a listener makes, filled from the settings of its OT Connection."""

from __future__ import annotations

from collections.abc import Iterable

from asyncua import ua

from plant_itsm.ot_listeners.opcua_client import SESSION_SECONDS
from plant_itsm.ot_listeners.opcua_events import event_filter
from plant_itsm.ot_listeners.settings import OpcUaSettings

KEEPALIVE_SECONDS = 5.0
"""How often a subscription without news tells that it lives."""

_NOTIFICATIONS_PER_PUBLISH = 1000


def subscription(settings: OpcUaSettings) -> ua.CreateSubscriptionParameters:
	"""A subscription that outlives a cut as long as the session does."""
	interval = settings.publishing_interval_ms
	keepalive_count = max(1, round(KEEPALIVE_SECONDS * 1000 / interval))
	return ua.CreateSubscriptionParameters(
		RequestedPublishingInterval=float(interval),
		RequestedLifetimeCount=max(3 * keepalive_count, SESSION_SECONDS * 1000 // interval),
		RequestedMaxKeepAliveCount=keepalive_count,
		MaxNotificationsPerPublish=_NOTIFICATIONS_PER_PUBLISH,
		PublishingEnabled=True,
	)


def monitored_item(settings: OpcUaSettings, node: ua.NodeId, handle: int) -> ua.MonitoredItemCreateRequest:
	"""Every change of a node's value, sampled as often as it is published, with a queue for the time of a cut."""
	return ua.MonitoredItemCreateRequest(
		ItemToMonitor=_value_of(node),
		MonitoringMode=ua.MonitoringMode.Reporting,
		RequestedParameters=ua.MonitoringParameters(
			ClientHandle=handle,
			SamplingInterval=float(settings.publishing_interval_ms),
			QueueSize=settings.queue_size,
			DiscardOldest=True,
		),
	)


def monitored_events(settings: OpcUaSettings, node: ua.NodeId, handle: int) -> ua.MonitoredItemCreateRequest:
	"""Every event of a notifier, with a queue for the time of a cut and for the alarms of a refresh."""
	return ua.MonitoredItemCreateRequest(
		ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.EventNotifier),
		MonitoringMode=ua.MonitoringMode.Reporting,
		RequestedParameters=ua.MonitoringParameters(
			ClientHandle=handle,
			SamplingInterval=0.0,
			Filter=event_filter(),
			QueueSize=settings.queue_size,
			DiscardOldest=True,
		),
	)


def read(nodes: Iterable[ua.NodeId]) -> ua.ReadParameters:
	"""The values of nodes as they are now, not from a cache."""
	return ua.ReadParameters(
		MaxAge=0.0,
		TimestampsToReturn=ua.TimestampsToReturn.Both,
		NodesToRead=[_value_of(node) for node in nodes],
	)


def _value_of(node: ua.NodeId) -> ua.ReadValueId:
	return ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value)
