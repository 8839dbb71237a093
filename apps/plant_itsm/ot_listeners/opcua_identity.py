"""The certificate and key by which OPC UA servers know this site, made on first use."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plant_itsm.ot_listeners.certificates import thumbprint

_VALID = timedelta(days=5 * 365)
_KEY_BITS = 2048  # what Basic256Sha256 and its successors all take
_LONGEST_NAME = 64  # of a common name (RFC 5280)
_MOST_REJECTED = 20


def own_certificate_path(secrets_folder: Path) -> Path:
	"""Where the certificate is, for those who copy it to a server; it need not exist yet."""
	return secrets_folder / "opcua" / "own" / "certificate.der"


def own_pair(secrets_folder: Path, namespace: str, now: datetime) -> tuple[Path, Path]:
	"""Certificate and key of the site, made where there are none. Raises OSError.

	Several listeners may ask at once: both files appear together, and the first that were made stay.
	"""
	certificate = own_certificate_path(secrets_folder)
	folder = certificate.parent
	if not certificate.exists():
		folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
		made = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))  # mode 0700
		try:
			_make(made, namespace, now)
			made.rename(folder)
		except OSError:
			if not certificate.exists():  # else somebody else was faster
				raise
		finally:
			shutil.rmtree(made, ignore_errors=True)
	return certificate, folder / "key.pem"


def _make(folder: Path, namespace: str, now: datetime) -> None:
	key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
	with open(os.open(folder / "key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
		file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
	(folder / "certificate.der").write_bytes(_certificate(key, namespace, now).public_bytes(Encoding.DER))


def _certificate(key: rsa.RSAPrivateKey, namespace: str, now: datetime) -> x509.Certificate:
	"""An application instance certificate as OPC UA part 6, 6.2.2 wants it, signed by itself."""
	host = socket.gethostname() or "localhost"
	name = x509.Name(
		[
			x509.NameAttribute(NameOID.COMMON_NAME, f"plant_itsm {namespace}"[:_LONGEST_NAME]),
			x509.NameAttribute(NameOID.ORGANIZATION_NAME, "plant_itsm"),
		]
	)
	names = [x509.UniformResourceIdentifier(f"urn:{_ascii(host)}:plant_itsm:{_ascii(namespace)}")]
	both = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
	return (
		x509.CertificateBuilder()
		.subject_name(name)
		.issuer_name(name)
		.public_key(key.public_key())
		.serial_number(x509.random_serial_number())
		.not_valid_before(now - timedelta(hours=1))
		.not_valid_after(now + _VALID)
		.add_extension(x509.SubjectAlternativeName([*names, x509.DNSName(_ascii(host))]), critical=False)
		.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
		.add_extension(_usage(), critical=True)
		.add_extension(x509.ExtendedKeyUsage(both), critical=False)
		.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
		.sign(key, hashes.SHA256())
	)


def _ascii(text: str) -> str:
	return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "-" for sign in text)


def _usage() -> x509.KeyUsage:
	return x509.KeyUsage(
		digital_signature=True,
		content_commitment=True,
		key_encipherment=True,
		data_encipherment=True,
		key_agreement=False,
		key_cert_sign=True,  # of itself
		crl_sign=False,
		encipher_only=False,
		decipher_only=False,
	)


def keep_rejected(secrets_folder: Path, certificate: x509.Certificate) -> Path | None:
	"""Put a server's certificate that is not trusted where a person can fetch it; None where there are too many."""
	folder = secrets_folder / "opcua" / "rejected"
	path = folder / f"{thumbprint(certificate)}.der"
	try:
		folder.mkdir(parents=True, exist_ok=True, mode=0o700)
		if not path.exists():
			if sum(1 for _ in folder.iterdir()) >= _MOST_REJECTED:
				return None
			path.write_bytes(certificate.public_bytes(Encoding.DER))
	except OSError:
		return None
	return path
