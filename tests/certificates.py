"""Certificates for tests: an authority, and what it signs."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Authority:
	"""A certificate authority that writes PEM files into a folder."""

	def __init__(self, folder: Path):
		self._folder = folder
		folder.mkdir(parents=True, exist_ok=True)
		self._key = _key()
		self._name = _name("plant test CA")
		certificate = (
			_builder(self._name, self._name, self._key)
			.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
			.add_extension(_usage(signs_certificates=True), critical=True)
			.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
			.sign(self._key, hashes.SHA256())
		)
		self.certificate = folder / "ca.pem"
		self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

	def issue(
		self,
		name: str,
		application_uri: str = "urn:plant-itsm:test",
		*,
		ends_in: timedelta = timedelta(days=30),
		hosts: tuple[str, ...] = ("localhost", "127.0.0.1"),
	) -> tuple[Path, Path]:
		"""Certificate and key of a server with these names and addresses or of a client, valid for so long; it began a
		day earlier."""
		key = _key()
		names = x509.SubjectAlternativeName(
			[x509.UniformResourceIdentifier(application_uri), *map(_alternative_name, hosts)]
		)
		both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
		identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
		certificate = (
			_builder(_name(name), self._name, key, ends_in)
			.add_extension(names, critical=False)
			.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
			.add_extension(_usage(signs_certificates=False), critical=True)
			.add_extension(x509.ExtendedKeyUsage(both), critical=False)
			.add_extension(identifier, critical=False)
			.sign(self._key, hashes.SHA256())
		)
		paths = self._folder / f"{name}.pem", self._folder / f"{name}.key.pem"
		paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
		paths[1].write_bytes(
			key.private_bytes(
				serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
			)
		)
		return paths


def _alternative_name(host: str) -> x509.GeneralName:
	try:
		return x509.IPAddress(ipaddress.ip_address(host))
	except ValueError:
		return x509.DNSName(host)


def _key() -> rsa.RSAPrivateKey:
	return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str) -> x509.Name:
	return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
	subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, ends_in: timedelta = timedelta(days=60)
) -> x509.CertificateBuilder:
	now = datetime.now(timezone.utc)
	ends_at = now + ends_in
	return (
		x509.CertificateBuilder()
		.subject_name(subject)
		.issuer_name(issuer)
		.public_key(key.public_key())
		.serial_number(x509.random_serial_number())
		.not_valid_before(min(now, ends_at) - timedelta(days=1))
		.not_valid_after(ends_at)
	)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
	return x509.KeyUsage(
		digital_signature=True,
		content_commitment=True,
		key_encipherment=True,
		data_encipherment=True,
		key_agreement=False,
		key_cert_sign=signs_certificates,
		crl_sign=signs_certificates,
		encipher_only=False,
		decipher_only=False,
	)
