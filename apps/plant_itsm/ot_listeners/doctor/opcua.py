"""A look at an OPC UA server with the settings of an OT Connection, in a session of its own that is closed again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from asyncua import Client, ua
from asyncua.client.ua_session import UaSession

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.opcua_addresses import notifier_address, notifier_node
from plant_itsm.domain.ot_networks import EVERYWHERE, OtNetworks
from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.doctor.certificates import examine_own_certificate, examine_server_certificate
from plant_itsm.ot_listeners.doctor.findings import Finding, clock_finding, error, has_errors, ok, warning
from plant_itsm.ot_listeners.doctor.network import examine_reach
from plant_itsm.ot_listeners.opcua_client import DEFAULT_PORT, REQUEST_SECONDS, connected_client
from plant_itsm.ot_listeners.settings import OpcUaSettings, SecurityPolicy
from plant_itsm.ports import Record

ENOUGH_QUEUED = 1000
MOST_NODES = 500
_WHOLE_SECONDS = 60.0
_CLOSE_SECONDS = 3.0
_LOSES = (
	"values that change while the link is cut are lost: with a queue of 1, 194 of 317 were missing after a cut of 3 s;"
	" with 1000, none"
)
_LIMITS = {
	"MaxMonitoredItemsPerCall": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
	"MaxNodesPerRead": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
	"MaxSessions": ua.ObjectIds.Server_ServerCapabilities_MaxSessions,
	"MaxSubscriptions": ua.ObjectIds.Server_ServerCapabilities_MaxSubscriptions,
	"MaxMonitoredItems": ua.ObjectIds.Server_ServerCapabilities_MaxMonitoredItems,
}
_TIME = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)


def examine_opcua(
	record: Record,
	namespace: str,
	addresses: Collection[str],
	secrets_folder: Path | None = None,
	networks: OtNetworks = EVERYWHERE,
) -> list[Finding]:
	"""All that a person may have to change so that no value is lost. addresses: those of the rules."""
	try:
		settings = OpcUaSettings.from_record(record, namespace, secrets_folder, networks=networks)
	except ConnectionSettingError as trouble:
		return [error("settings", str(trouble), "the listener does not start", "correct that field")]
	findings = [_queue_size(settings)]
	parts = urlsplit(settings.endpoint_url)
	port = parts.port or DEFAULT_PORT
	findings += examine_reach(settings.networks, parts.hostname or "", port, "endpoint_url")
	if not has_errors(findings[1:]):
		findings += asyncio.run(_examine(settings, addresses))
	return findings


def _queue_size(settings: OpcUaSettings) -> Finding:
	size = settings.queue_size
	if size >= ENOUGH_QUEUED:
		return ok("queue size", f"{size} values per node are asked for")
	find = error if size == 1 else warning
	return find("queue size", f"queue_size is {size}", _LOSES, f"queue_size = {ENOUGH_QUEUED}")


async def _examine(settings: OpcUaSettings, addresses: Collection[str]) -> list[Finding]:
	try:
		client = Client(settings.endpoint_url, timeout=REQUEST_SECONDS)
		endpoints = await asyncio.wait_for(client.connect_and_get_server_endpoints(), _WHOLE_SECONDS)
	except Exception as trouble:  # asyncua raises many types
		return [
			error(
				"endpoints",
				f"the server does not tell them ({_text(trouble)})",
				"no signal arrives",
				"endpoint_url = the address of an OPC UA server, like opc.tcp://host:4840",
			)
		]
	findings = list(_endpoints(settings, endpoints))
	if has_errors(findings):
		return findings
	try:
		session = await asyncio.wait_for(connected_client(settings), _WHOLE_SECONDS)
	except Exception as trouble:
		return [*findings, _no_session(settings, trouble)]
	try:
		findings.append(ok("login", f"as {settings.username or 'anonymous or by certificate'}"))
		findings += await asyncio.wait_for(_session(session, settings, addresses), _WHOLE_SECONDS)
	except Exception as trouble:
		findings.append(
			error("session", f"it broke: {_text(trouble)}", "no signal arrives", "look into the server's log")
		)
	finally:
		await _close(session)
	return findings


async def _close(session: Client) -> None:
	try:
		await asyncio.wait_for(session.disconnect(), _CLOSE_SECONDS)
	except Exception:
		session.disconnect_socket()


def _endpoints(settings: OpcUaSettings, endpoints: list[ua.EndpointDescription]) -> Iterator[Finding]:
	offered = {_security(one): one for one in endpoints}
	wanted = f"{settings.security_policy}/{settings.security_mode}"
	if wanted not in offered:
		yield error(
			"security",
			f"the server does not offer {wanted}, but {', '.join(sorted(offered))}",
			"the listener is refused",
			"security_policy and security_mode = a pair that the server offers",
		)
		return
	if settings.security_policy == SecurityPolicy.NONE:
		secure = sorted(name for name in offered if not name.startswith("None/"))
		yield warning(
			"security",
			"neither signed nor encrypted",
			"whoever sits on the network reads values and password, and can feign both",
			f"security_policy and security_mode = {secure[0] if secure else 'what the server can be taught to offer'}",
		)
	else:
		yield ok("security", wanted)
	yield _user_token(settings, offered[wanted])
	if settings.security_policy != SecurityPolicy.NONE:
		yield from examine_server_certificate(settings, offered[wanted])
		yield from examine_own_certificate(settings)


def _security(endpoint: ua.EndpointDescription) -> str:
	policy = (endpoint.SecurityPolicyUri or "").rpartition("#")[2]
	return f"{policy}/{endpoint.SecurityMode.name.rstrip('_')}"


def _user_token(settings: OpcUaSettings, endpoint: ua.EndpointDescription) -> Finding:
	kinds = {token.TokenType for token in endpoint.UserIdentityTokens or ()}
	names = ", ".join(sorted(kind.name for kind in kinds)) or "none"
	if settings.username and ua.UserTokenType.UserName not in kinds:
		return error(
			"user token", f"the server takes no user name, but {names}", "it refuses us", "username = (empty)"
		)
	by_certificate = ua.UserTokenType.Certificate in kinds and settings.client_certificate_path
	if not (settings.username or ua.UserTokenType.Anonymous in kinds or by_certificate):
		return error(
			"user token",
			f"the server takes {names}",
			"it refuses us",
			"username and password = a user of the server",
		)
	return ok("user token", f"the server takes {names}")


_REMEDIES = {
	ua.uaerrors.BadUserAccessDenied: "username and password = a user of the server",
	ua.uaerrors.BadIdentityTokenRejected: "username and password = a user of the server",
	ua.uaerrors.BadCertificateUntrusted: "trust our certificate on the server (its list of rejected ones has it)",
	ua.uaerrors.BadSecurityChecksFailed: "trust our certificate on the server (its list of rejected ones has it)",
	ua.uaerrors.BadCertificateUriInvalid: "client_certificate_path = one whose URI is our application URI",
	ua.uaerrors.BadTooManySessions: "close a session, or let the server take more",
}


def _no_session(settings: OpcUaSettings, trouble: Exception) -> Finding:
	remedy = next((text for kind, text in _REMEDIES.items() if isinstance(trouble, kind)), None)
	return error(
		"login", f"no session: {_text(trouble)}", "no signal arrives", remedy or "look into the server's log"
	)


async def _session(client: Client, settings: OpcUaSettings, addresses: Collection[str]) -> list[Finding]:
	findings = [await _clock(client), await _limits(client)]
	session = client.uaclient.session

	async def ignore(result: ua.PublishResult) -> None: ...

	revised = await session.create_subscription(requests.subscription(settings), ignore)
	findings += _publishing(settings, revised)
	findings += await _monitored(session, settings, revised.SubscriptionId, sorted(addresses)[:MOST_NODES])
	return findings


async def _clock(client: Client) -> Finding:
	before = datetime.now(timezone.utc)
	told: datetime = await client.get_node(_TIME).read_value()
	after = datetime.now(timezone.utc)
	moment = told if told.tzinfo else told.replace(tzinfo=timezone.utc)
	return clock_finding("server clock", (moment - (before + (after - before) / 2)).total_seconds())


async def _limits(client: Client) -> Finding:
	told = []
	for name, number in _LIMITS.items():
		try:
			value = await client.get_node(ua.NodeId(number)).read_value()
		except ua.UaError:
			continue
		if value:
			told.append(f"{name} {value}")
	return ok("server limits", ", ".join(told) or "the server names none")


def _publishing(settings: OpcUaSettings, revised: ua.CreateSubscriptionResult) -> Iterator[Finding]:
	wanted, given = settings.publishing_interval_ms, revised.RevisedPublishingInterval
	if given > 2 * wanted:
		yield warning(
			"publishing interval",
			f"the server publishes every {given:g} ms, not every {wanted} ms",
			f"a stop is seen up to {given / 1000:g} s late",
			f"publishing_interval_ms = {given:g}, or let the server allow less",
		)
	else:
		yield ok("publishing interval", f"{given:g} ms")


async def _monitored(
	session: UaSession, settings: OpcUaSettings, subscription: int, addresses: Collection[str]
) -> list[Finding]:
	"""Subscribe to what the rules name, or to the server's clock for want of that, and look at what is granted."""
	findings: list[Finding] = []
	items: dict[str, ua.MonitoredItemCreateRequest] = {}
	for number, address in enumerate(addresses, 1):
		try:
			items[address] = _item(settings, address, number)
		except (ua.UaError, ValueError, KeyError) as trouble:
			findings.append(_no_node(f"{address} is no node id ({trouble})"))
	watched = items or {"": requests.monitored_item(settings, _TIME, 1)}
	params = ua.CreateMonitoredItemsParameters()
	params.SubscriptionId = subscription
	params.TimestampsToReturn = ua.TimestampsToReturn.Both
	params.ItemsToCreate = list(watched.values())
	results = dict(zip(watched, await session.create_monitored_items(params), strict=True))
	granted = {address: result for address, result in results.items() if result.StatusCode.is_good()}
	for address, result in results.items():
		if address not in granted:
			code = result.StatusCode
			findings.append(_no_node(f"{address} is refused ({code.name}: {code.doc})"))
	if items and granted:
		findings.append(ok("nodes", f"{len(granted)} of the rules are there"))
	values = [result for address, result in granted.items() if notifier_address(address) is None]
	return findings + list(_granted(settings, values))


def _item(settings: OpcUaSettings, address: str, number: int) -> ua.MonitoredItemCreateRequest:
	notifier = notifier_node(address)
	if notifier is not None:
		return requests.monitored_events(settings, ua.NodeId.from_string(notifier), number)
	return requests.monitored_item(settings, ua.NodeId.from_string(address), number)


def _no_node(what: str) -> Finding:
	return warning(
		"nodes", what, "its rules hear nothing", "address = a node id that plant-itsm browse shows"
	)


def _granted(settings: OpcUaSettings, granted: list[ua.MonitoredItemCreateResult]) -> Iterator[Finding]:
	if not granted:
		return
	queue = min(one.RevisedQueueSize for one in granted)
	sampling = max(one.RevisedSamplingInterval for one in granted)
	if queue < settings.queue_size:
		find = error if queue <= 1 else warning
		yield find(
			"granted queue",
			f"the server cuts the queue of a node to {queue}, {settings.queue_size} were asked for",
			_LOSES,
			"raise the limit of the monitored item queue in the server's settings; until then a longer"
			" publishing_interval_ms samples less often, so that a short queue lasts longer",
		)
	else:
		yield ok("granted queue", f"{queue} values per node, sampled every {sampling:g} ms")


def _text(trouble: Exception) -> str:
	return str(trouble) or type(trouble).__name__
