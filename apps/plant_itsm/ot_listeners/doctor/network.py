"""DNS, TCP, TLS and the lifetime of certificates."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import datetime, timezone

from cryptography import x509

from plant_itsm.domain.ot_networks import OtNetworks, stays_here
from plant_itsm.ot_listeners.certificates import load_certificate
from plant_itsm.ot_listeners.doctor.findings import Finding, error, ok, warning
from plant_itsm.ot_listeners.settings import MqttSettings

CONNECT_SECONDS = 5.0
WARN_DAYS = 30


def examine_reach(networks: OtNetworks, host: str, port: int, port_field: str) -> list[Finding]:
	"""Whether the name resolves and the port takes connections. port_field: where a person changes the port."""
	try:
		found = sorted({info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
	except OSError as trouble:
		return [
			error(
				"DNS",
				f"{host} does not resolve ({trouble})",
				"no signal arrives",
				"correct the host name, or teach this machine's DNS the name",
			)
		]
	refused = [refusal for one in found if (refusal := networks.refusal(str(one)))]
	if refused:
		return [
			error(
				"OT networks",
				refused[0],
				"the listener does not connect",
				"correct the host, or the networks",
			)
		]
	findings = [ok("DNS", f"{host} is {', '.join(map(str, found))}")]
	started = time.monotonic()
	try:
		socket.create_connection((host, port), CONNECT_SECONDS).close()
	except OSError as trouble:
		findings.append(
			error(
				"TCP",
				f"{host}:{port} does not take a connection ({trouble})",
				"no signal arrives",
				f"start the server, open the port in the firewall, or correct {port_field}",
			)
		)
	else:
		findings.append(ok("TCP", f"{host}:{port} answers in {1000 * (time.monotonic() - started):.0f} ms"))
	return findings


def examine_tls(settings: MqttSettings) -> Iterator[Finding]:
	"""The handshake as the listener does it, and how long the certificates on both sides last."""
	context = settings.tls_context()
	if context is None:
		yield _not_encrypted(settings)
		return
	try:
		with (
			socket.create_connection((settings.host, settings.port), CONNECT_SECONDS) as plain,
			context.wrap_socket(plain, server_hostname=settings.host) as secured,
		):
			yield ok("TLS", f"{secured.version()}, {(secured.cipher() or ('?',))[0]}")
			shown = secured.getpeercert(binary_form=True)
	except ssl.SSLCertVerificationError as trouble:
		yield error(
			"TLS",
			f"the broker's certificate is refused: {trouble.verify_message}",
			"the listener does not connect",
			"ca_certificate_path = the PEM file of the authority that signed it; its names must include the host",
		)
		return
	except OSError as trouble:
		yield error(
			"TLS",
			f"the handshake fails ({trouble})",
			"the listener does not connect",
			"port = that of the TLS listener (8883 as a rule); a broker that asks for a client certificate needs"
			" client_certificate_path and private_key_path",
		)
		return
	if shown:
		yield examine_lifetime("broker certificate", x509.load_der_x509_certificate(shown), "on the broker")
	if settings.client_certificate_path:
		path = settings.client_certificate_path
		yield examine_lifetime("own certificate", load_certificate(path), f"in {path}")


def _not_encrypted(settings: MqttSettings) -> Finding:
	if stays_here(settings.host):
		return ok("TLS", "not encrypted, but it does not leave this machine")
	return warning(
		"TLS",
		"the connection is not encrypted",
		"whoever sits on the network reads signals and password, and can feign both",
		"use_tls = 1",
	)


def examine_lifetime(check: str, certificate: x509.Certificate, place: str) -> Finding:
	"""Whether a certificate is valid now and for another 30 days."""
	now = datetime.now(timezone.utc)
	starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
	renew = f"renew the certificate {place}"
	if now < starts:
		return error(
			check,
			f"valid only from {starts:%Y-%m-%d %H:%M} UTC",
			"it is refused",
			f"{renew}, or set the clock",
		)
	if now >= ends:
		return error(check, f"expired on {ends:%Y-%m-%d}", "it is refused and no signal arrives", renew)
	days = (ends - now).days
	if days < WARN_DAYS:
		return warning(check, f"expires on {ends:%Y-%m-%d}, in {days} days", "signals stop that day", renew)
	return ok(check, f"valid until {ends:%Y-%m-%d}")
