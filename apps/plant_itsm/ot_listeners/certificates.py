"""Certificates and keys of OPC UA, from PEM or DER files."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_PEM = b"-----BEGIN"


def load_certificate(path: Path) -> x509.Certificate:
	"""A certificate. Raises ValueError for a file that holds none, OSError for one that cannot be read."""
	content = path.read_bytes()
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
