"""The certificates of an OPC UA connection: whom we trust, and how long both sides are believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from asyncua import ua

from plant_itsm.ot_listeners.certificates import application_uri, described
from plant_itsm.ot_listeners.doctor.findings import Finding, error, ok, warning
from plant_itsm.ot_listeners.doctor.network import examine_lifetime
from plant_itsm.ot_listeners.opcua_refusals import ServerRefusedError
from plant_itsm.ot_listeners.opcua_trust import own_identity, trusted_server
from plant_itsm.ot_listeners.settings import OpcUaSettings


def examine_server_certificate(
	settings: OpcUaSettings, endpoint: ua.EndpointDescription
) -> Iterator[Finding]:
	"""Whether the server is one that we trust, and for how long."""
	try:
		certificate, _ = trusted_server(settings, endpoint.ServerCertificate, datetime.now(timezone.utc))
	except ServerRefusedError as refusal:
		yield error(
			"server certificate",
			str(refusal),
			"the listener does not connect",
			"ca_certificate_path, or the server",
		)
		return
	yield examine_lifetime("server certificate", certificate, "on the server")
	if settings.trust_list_path is None:
		yield warning(
			"trust list",
			f"every server is believed; this one shows {described(certificate)}",
			"whoever sits on the network can feign the server",
			"ca_certificate_path = the file of this certificate, once you have compared it with the server's own",
		)
	named, told = application_uri(certificate), endpoint.Server.ApplicationUri
	if named != told:
		yield warning(
			"server certificate",
			f"its application URI is {named}, the server calls itself {told}",
			"clients that look closely refuse the server",
			"let the server make its certificate anew",
		)


def examine_own_certificate(settings: OpcUaSettings) -> Iterator[Finding]:
	"""Our certificate as the listener shows it; the site's own is made if it is not there yet."""
	try:
		own = own_identity(settings, datetime.now(timezone.utc))
	except ServerRefusedError as refusal:
		yield error(
			"own certificate", str(refusal), "the listener does not connect", "client_certificate_path"
		)
		return
	yield examine_lifetime(
		"own certificate",
		own.certificate,
		f"in {settings.client_certificate_path or 'the folder of the site'}",
	)
	uri = application_uri(own.certificate)
	if uri is None:
		yield error(
			"application URI",
			"our certificate names none",
			"servers refuse it (BadCertificateUriInvalid)",
			"client_certificate_path = one with a URI as its subject alternative name",
		)
	else:
		yield ok("application URI", uri)
