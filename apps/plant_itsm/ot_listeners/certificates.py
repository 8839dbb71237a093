"""Certificates and keys of OPC UA, from PEM or DER files, and what is to be said of them at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

WARN_AHEAD = timedelta(days=30)
"""How long before its end a certificate is warned of."""

CERTIFICATE_SUFFIXES = (".der", ".pem", ".crt", ".cer")

_PEM = b"-----BEGIN"


@dataclass(frozen=True)
class CertificateFinding:
	"""Something wrong with a certificate. is_fatal: it cannot be used as it is, else it works for now.

	text names the certificate and says what is wrong; what to do depends on whose it is.
	"""

	text: str
	is_fatal: bool


def load_certificate(path: Path) -> x509.Certificate:
	"""A certificate. Raises ValueError for a file that holds none, OSError for one that cannot be read."""
	return certificate_from(path.read_bytes())


def certificate_from(content: bytes) -> x509.Certificate:
	"""A certificate from PEM or DER. Raises ValueError."""
	if content.lstrip().startswith(_PEM):
		return x509.load_pem_x509_certificate(content)
	return x509.load_der_x509_certificate(content)


def load_private_key(path: Path) -> PrivateKeyTypes:
	"""A private key. Raises ValueError for a file that holds none, TypeError for one under a pass phrase."""
	content = path.read_bytes()
	if content.lstrip().startswith(_PEM):
		return serialization.load_pem_private_key(content, password=None)
	return serialization.load_der_private_key(content, password=None)


def application_uri(certificate: x509.Certificate) -> str | None:
	"""The application URI that a certificate names. A server refuses a client whose own URI differs."""
	try:
		names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
	except x509.ExtensionNotFound:
		return None
	uris = names.get_values_for_type(x509.UniformResourceIdentifier)
	return uris[0] if uris else None


def thumbprint(certificate: x509.Certificate) -> str:
	"""The SHA-1 of a certificate, by which OPC UA tools call it: 40 hex digits."""
	return (
		certificate.fingerprint(hashes.SHA1()).hex().upper()  # nosec B303
	)  # a name, not a proof: the proof is the SHA-256


def described(certificate: x509.Certificate) -> str:
	"""A certificate as a person can compare it with what the server's own tools show."""
	return (
		f"{certificate.subject.rfc4514_string() or 'without a subject'}, valid until"
		f" {certificate.not_valid_after_utc:%Y-%m-%d}, SHA-256 {certificate.fingerprint(hashes.SHA256()).hex()},"
		f" thumbprint {thumbprint(certificate)}"
	)


def certificate_findings(source: Path | bytes, now: datetime) -> list[CertificateFinding]:
	"""What is wrong, now or soon, with a certificate in a file or as it came over the wire (PEM or DER)."""
	try:
		certificate = certificate_from(source.read_bytes() if isinstance(source, Path) else source)
	except (OSError, ValueError) as error:
		where = f"{source}" if isinstance(source, Path) else "what was shown as a certificate"
		return [CertificateFinding(f"{where} cannot be read as a certificate ({error})", is_fatal=True)]
	return validity_findings(certificate, now)


def validity_findings(certificate: x509.Certificate, now: datetime) -> list[CertificateFinding]:
	"""The same of a certificate that was read already."""
	begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
	named = f"the certificate {certificate.subject.rfc4514_string()} (thumbprint {thumbprint(certificate)})"
	if now < begins:
		text = (
			f"{named} is valid from {begins:%Y-%m-%d %H:%M} UTC on, and it is {now:%Y-%m-%d %H:%M} UTC here"
		)
		return [CertificateFinding(text, is_fatal=True)]
	if now > ends:
		return [CertificateFinding(f"{named} has expired on {ends:%Y-%m-%d %H:%M} UTC", is_fatal=True)]
	if ends - now < WARN_AHEAD:
		days = (ends - now).days
		return [CertificateFinding(f"{named} expires on {ends:%Y-%m-%d}, in {days} days", is_fatal=False)]
	return []


def trust_list(path: Path) -> list[x509.Certificate]:
	"""The certificates in a file, or in the files of a folder that end in .der, .pem, .crt or .cer.

	Raises ValueError that names the file which holds none, and OSError.
	"""
	if not path.is_dir():
		return [load_certificate(path)]
	found = []
	for file in sorted(path.iterdir()):
		if file.suffix.lower() in CERTIFICATE_SUFFIXES and file.is_file():
			try:
				found.append(load_certificate(file))
			except ValueError as error:
				raise ValueError(f"{file.name} is no certificate: {error}") from None
	return found


def is_trusted(certificate: x509.Certificate, trusted: list[x509.Certificate]) -> bool:
	"""Whether a certificate, or the authority that issued it, is in the trust list. Revocation is not looked at."""
	return any(one == certificate or _issued(one, certificate) for one in trusted)


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
	try:
		constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
		certificate.verify_directly_issued_by(authority)
	except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
		return False
	return constraints.ca
