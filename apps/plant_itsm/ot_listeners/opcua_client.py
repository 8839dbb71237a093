"""A client for one OPC UA server, with the security that its OT Connection asks for."""

from __future__ import annotations

from asyncua import Client, ua
from asyncua.crypto import security_policies
from asyncua.crypto.uacrypto import CertProperties, x509_from_der
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate

from plant_itsm.ot_listeners.certificates import application_uri, load_certificate, load_private_key
from plant_itsm.ot_listeners.settings import OpcUaSettings, SecurityMode, SecurityPolicy

SESSION_SECONDS = 600
"""How long the server keeps session and subscriptions for us while the link is cut."""

REQUEST_SECONDS = 5.0
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

_REFUSALS = (
	ua.uaerrors.BadIdentityTokenInvalid,
	ua.uaerrors.BadIdentityTokenRejected,
	ua.uaerrors.BadUserAccessDenied,
	ua.uaerrors.BadUserSignatureInvalid,
	ua.uaerrors.BadCertificateInvalid,
	ua.uaerrors.BadCertificateUntrusted,
	ua.uaerrors.BadCertificateTimeInvalid,
	ua.uaerrors.BadCertificateUriInvalid,
	ua.uaerrors.BadCertificateHostNameInvalid,
	ua.uaerrors.BadCertificateUseNotAllowed,
	ua.uaerrors.BadCertificateRevoked,
	ua.uaerrors.BadCertificateIssuerRevoked,
	ua.uaerrors.BadSecurityChecksFailed,
	ua.uaerrors.BadSecurityModeRejected,
	ua.uaerrors.BadSecurityPolicyRejected,
)


class ServerRefusedError(Exception):
	"""The server answered, and does not want us: a person must change something there or here."""


def is_refusal(error: BaseException) -> bool:
	return isinstance(error, (ServerRefusedError, *_REFUSALS))


async def connected_client(settings: OpcUaSettings) -> Client:
	"""A client with an active session that restores itself after a cut. Raises what is_refusal knows, OSError,
	asyncio.TimeoutError or another ua.UaError."""
	client = Client(settings.endpoint_url, timeout=REQUEST_SECONDS, watchdog_intervall=_WATCHDOG_SECONDS)
	client.name = client.description = "plant_itsm"
	client.session_timeout = SESSION_SECONDS * 1000
	try:
		endpoint = _matching(settings, await client.connect_and_get_server_endpoints())
		if settings.security_policy != SecurityPolicy.NONE:
			await _secure(client, settings, endpoint)
		_identify(client, settings, endpoint)
		await client.connect(
			auto_reconnect=True,
			reconnect_max_delay=_RECONNECT_SECONDS,
			reconnect_request_timeout=SESSION_SECONDS,
		)
	except BaseException:  # asyncua leaves the socket open when it is cancelled
		client.disconnect_socket()
		raise
	return client


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


async def _secure(client: Client, settings: OpcUaSettings, endpoint: ua.EndpointDescription) -> None:
	certificate, key = _our_pair(settings)
	client.application_uri = application_uri(certificate) or client.application_uri
	await client.set_security(
		_POLICIES[settings.security_policy],
		CertProperties(certificate.public_bytes(Encoding.DER), "der"),
		CertProperties(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "der"),
		server_certificate=CertProperties(_server_certificate(settings, endpoint), "der"),
		mode=_MODES[settings.security_mode],
	)


def _server_certificate(settings: OpcUaSettings, endpoint: ua.EndpointDescription) -> bytes:
	"""The server's certificate in DER: the one on file, which it must show; without a file the one that it shows."""
	shown = x509_from_der(endpoint.ServerCertificate)
	if shown is None:
		raise ServerRefusedError("the server shows no certificate")
	if settings.server_certificate_path and load_certificate(settings.server_certificate_path) != shown:
		raise ServerRefusedError(
			f"the server shows another certificate ({shown.subject.rfc4514_string()}, valid until"
			f" {shown.not_valid_after_utc:%Y-%m-%d}) than the one in {settings.server_certificate_path}:"
			" find out why before you replace the file"
		)
	return shown.public_bytes(Encoding.DER)


def _our_pair(settings: OpcUaSettings) -> tuple[Certificate, PrivateKeyTypes]:
	if not (settings.client_certificate_path and settings.private_key_path):
		raise ServerRefusedError("a secure channel needs our certificate and its private key")
	return load_certificate(settings.client_certificate_path), load_private_key(settings.private_key_path)


def _identify(client: Client, settings: OpcUaSettings, endpoint: ua.EndpointDescription) -> None:
	"""User and password where given; else anonymous where the server allows it; else our certificate."""
	if settings.username:
		client.set_user(settings.username)
		client.set_password(settings.password or "")
		return
	tokens = {policy.TokenType for policy in endpoint.UserIdentityTokens or ()}
	wants_certificate = ua.UserTokenType.Certificate in tokens and ua.UserTokenType.Anonymous not in tokens
	if wants_certificate and settings.client_certificate_path:
		client.user_certificate, client.user_private_key = _our_pair(settings)
