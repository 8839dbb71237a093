"""Whether a server is the one that we mean, and by which certificate it knows us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asyncua.crypto.uacrypto import x509_from_der
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509 import Certificate

from plant_itsm.ot_listeners.certificates import (
	described,
	is_trusted,
	load_certificate,
	load_private_key,
	trust_list,
	validity_findings,
)
from plant_itsm.ot_listeners.opcua_identity import keep_rejected, own_pair
from plant_itsm.ot_listeners.opcua_refusals import ServerRefusedError
from plant_itsm.ot_listeners.settings import OpcUaSettings


@dataclass(frozen=True)
class OwnIdentity:
	"""Our certificate and its key. warnings: what will be wrong with it soon."""

	certificate: Certificate
	key: PrivateKeyTypes
	warnings: tuple[str, ...] = ()


def own_identity(settings: OpcUaSettings, now: datetime) -> OwnIdentity:
	"""The certificate of the connection, else that of the site, made on first use. It takes a moment then.

	Raises ServerRefusedError when there is none or it cannot be used now.
	"""
	try:
		certificate_path, key_path, way_out = _own_files(settings, now)
		certificate, key = load_certificate(certificate_path), load_private_key(key_path)
	except (OSError, ValueError, TypeError) as error:
		raise ServerRefusedError(f"our certificate cannot be read or made: {error}") from error
	warnings = _judged(certificate, now, f"It is ours, {certificate_path}: {way_out}")
	return OwnIdentity(certificate, key, warnings)


def _own_files(settings: OpcUaSettings, now: datetime) -> tuple[Path, Path, str]:
	if settings.client_certificate_path and settings.private_key_path:
		return (
			settings.client_certificate_path,
			settings.private_key_path,
			"renew it, and let the server trust it",
		)
	if settings.secrets_folder is None:
		raise ServerRefusedError("a secure channel needs our certificate and its private key")
	certificate, key = own_pair(settings.secrets_folder, settings.namespace, now)
	return certificate, key, "remove its folder, so that a new one is made, and let the servers trust that"


def trusted_server(
	settings: OpcUaSettings, shown: bytes, now: datetime
) -> tuple[Certificate, tuple[str, ...]]:
	"""The certificate that a server shows (DER, maybe a chain), with what a person should know of it.

	Raises ServerRefusedError when it is not in the trust list, or not valid now.
	"""
	certificate = _parsed(shown)
	warnings = _judged(certificate, now, "It is the server's: renew it there, or set the clock that is wrong")
	path = settings.trust_list_path
	if path is None:
		unverified = (
			"the server is not verified, the connection has no trust list. It shows"
			f" {described(certificate)}: compare it, and enter its file in the field Trusted certificates path"
		)
		return certificate, (unverified, *warnings)
	try:
		trusted = trust_list(path)
	except (OSError, ValueError) as error:
		raise ServerRefusedError(f"the trust list {path} cannot be read: {error}") from error
	if not is_trusted(certificate, trusted):
		raise ServerRefusedError(_untrusted(settings, certificate, path))
	return certificate, warnings


def _parsed(shown: bytes) -> Certificate:
	try:
		certificate = x509_from_der(shown)
	except ValueError as error:
		raise ServerRefusedError(f"the server shows a certificate that cannot be read ({error})") from error
	if certificate is None:
		raise ServerRefusedError("the server shows no certificate")
	return certificate


def _untrusted(settings: OpcUaSettings, certificate: Certificate, path: Path) -> str:
	kept = keep_rejected(settings.secrets_folder, certificate) if settings.secrets_folder else None
	file = f"{kept}" if kept else "its file"
	way_out = f"copy {file} into this folder" if path.is_dir() else f"replace {path.name} with {file}"
	return (
		f"the server shows a certificate that {path} does not hold ({described(certificate)})."
		f" Compare it with what the server itself tells of its certificate. If it is the same, {way_out};"
		" if not, somebody stands between"
	)


def _judged(certificate: Certificate, now: datetime, way_out: str) -> tuple[str, ...]:
	findings = validity_findings(certificate, now)
	for finding in findings:
		if finding.is_fatal:
			raise ServerRefusedError(f"{finding.text}. {way_out}")
	return tuple(f"{finding.text}. {way_out}" for finding in findings)
