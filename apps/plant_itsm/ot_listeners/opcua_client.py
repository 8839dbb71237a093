"""A client for one OPC UA server, with the security that its OT Connection asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timezone
from urllib.parse import urlsplit

from asyncua import Client, ua
from asyncua.crypto import security_policies
from asyncua.crypto.uacrypto import CertProperties
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from plant_itsm.ot_listeners.certificates import application_uri
from plant_itsm.ot_listeners.opcua_refusals import ServerRefusedError
from plant_itsm.ot_listeners.opcua_trust import OwnIdentity, own_identity, trusted_server
from plant_itsm.ot_listeners.reach import ReachRefusedError, check_reach
from plant_itsm.ot_listeners.settings import OpcUaSettings, SecurityMode, SecurityPolicy

SESSION_SECONDS = 600
"""How long the server keeps session and subscriptions for us while the link is cut."""

REQUEST_SECONDS = 5.0
DEFAULT_PORT = 4840
_WATCHDOG_SECONDS = 4.0
_RECONNECT_SECONDS = 5.0

_POLICIES = {
	SecurityPolicy.NONE: security_policies.SecurityPolicyNone,
	SecurityPolicy.BASIC256SHA256: security_policies.SecurityPolicyBasic256Sha256,
	SecurityPolicy.AES128_SHA256_RSAOAEP: security_policies.SecurityPolicyAes128Sha256RsaOaep,
	SecurityPolicy.AES256_SHA256_RSAPSS: security_policies.SecurityPolicyAes256Sha256RsaPss,
}
_MODES = {
	SecurityMode.NONE: ua.MessageSecurityMode.None_,
	SecurityMode.SIGN: ua.MessageSecurityMode.Sign,
	SecurityMode.SIGN_AND_ENCRYPT: ua.MessageSecurityMode.SignAndEncrypt,
}


async def connected_client(settings: OpcUaSettings, warn: Callable[[str], None] = lambda _: None) -> Client:
	"""A client with an active session that restores itself after a cut.

	warn hears what a person should know although it works. Raises what is_refusal knows, OSError,
	asyncio.TimeoutError or another ua.UaError.
	"""
	await _check_reach(settings)
	now = datetime.now(timezone.utc)
	client = Client(settings.endpoint_url, timeout=REQUEST_SECONDS, watchdog_intervall=_WATCHDOG_SECONDS)
	client.name = client.description = "plant_itsm"
	client.session_timeout = SESSION_SECONDS * 1000
	try:
		endpoint = _matching(settings, await client.connect_and_get_server_endpoints())
		own = None
		if settings.security_policy != SecurityPolicy.NONE or settings.client_certificate_path:
			own = await asyncio.to_thread(own_identity, settings, now)
		if own is not None and settings.security_policy != SecurityPolicy.NONE:
			for warning in (*await _secure(client, settings, endpoint, own, now), *own.warnings):
				warn(warning)
		_identify(client, settings, endpoint, own)
		await client.connect(
			auto_reconnect=True,
			reconnect_max_delay=_RECONNECT_SECONDS,
			reconnect_request_timeout=SESSION_SECONDS,
		)
	except BaseException:  # asyncua leaves the socket open when it is cancelled
		client.disconnect_socket()
		raise
	return client


async def _check_reach(settings: OpcUaSettings) -> None:
	parts = urlsplit(settings.endpoint_url)
	try:
		await asyncio.to_thread(
			check_reach, settings.networks, parts.hostname or "", parts.port or DEFAULT_PORT
		)
	except ReachRefusedError as refusal:
		raise ServerRefusedError(str(refusal)) from None


def _matching(settings: OpcUaSettings, endpoints: list[ua.EndpointDescription]) -> ua.EndpointDescription:
	uri, mode = _POLICIES[settings.security_policy].URI, _MODES[settings.security_mode]
	for endpoint in endpoints:
		if endpoint.SecurityPolicyUri == uri and endpoint.SecurityMode == mode:
			return endpoint
	offered = {
		f"{(one.SecurityPolicyUri or '').rpartition('#')[2]}/{one.SecurityMode.name.rstrip('_')}"
		for one in endpoints
	}
	wanted = f"{settings.security_policy}/{settings.security_mode}"
	raise ServerRefusedError(f"the server does not offer {wanted}, but {', '.join(sorted(offered))}")


async def _secure(
	client: Client, settings: OpcUaSettings, endpoint: ua.EndpointDescription, own: OwnIdentity, now: datetime
) -> tuple[str, ...]:
	certificate, warnings = trusted_server(settings, endpoint.ServerCertificate, now)
	client.application_uri = application_uri(own.certificate) or client.application_uri
	await client.set_security(
		_POLICIES[settings.security_policy],
		CertProperties(own.certificate.public_bytes(Encoding.DER), "der"),
		CertProperties(own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "der"),
		server_certificate=CertProperties(certificate.public_bytes(Encoding.DER), "der"),
		mode=_MODES[settings.security_mode],
	)
	return warnings


def _identify(
	client: Client, settings: OpcUaSettings, endpoint: ua.EndpointDescription, own: OwnIdentity | None
) -> None:
	"""User and password where given; else anonymous where the server allows it; else our certificate."""
	if settings.username:
		client.set_user(settings.username)
		client.set_password(settings.password or "")
		return
	tokens = {policy.TokenType for policy in endpoint.UserIdentityTokens or ()}
	wants_certificate = ua.UserTokenType.Certificate in tokens and ua.UserTokenType.Anonymous not in tokens
	if wants_certificate and own is not None:
		client.user_certificate, client.user_private_key = own.certificate, own.key
