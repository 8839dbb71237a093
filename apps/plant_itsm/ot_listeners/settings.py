"""The settings of an OT Connection, checked before anything connects.

A wrong setting is a ConnectionSettingError, which a person must mend; whatever happens later on the network is a
state of the listener, which tries again.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.ot_networks import EVERYWHERE, OtNetworks
from plant_itsm.domain.vocabulary import Word
from plant_itsm.ot_listeners.certificates import load_certificate, load_private_key, trust_list
from plant_itsm.ports import Record

_W = TypeVar("_W", bound=Word)


class MqttVersion(Word):
	V5 = "5"
	V311 = "3.1.1"


class SecurityPolicy(Word):
	NONE = "None"
	BASIC256SHA256 = "Basic256Sha256"
	AES128_SHA256_RSAOAEP = "Aes128Sha256RsaOaep"
	AES256_SHA256_RSAPSS = "Aes256Sha256RsaPss"


class SecurityMode(Word):
	NONE = "None"
	SIGN = "Sign"
	SIGN_AND_ENCRYPT = "SignAndEncrypt"


@dataclass(frozen=True)
class MqttSettings:
	"""How to reach one MQTT broker. Paths are on the host of the listener; an empty one is None."""

	connection: str
	host: str
	port: int
	version: MqttVersion
	client_id: str
	session_expiry_seconds: int
	keepalive_seconds: int
	max_payload_bytes: int
	username: str | None
	password: str | None = field(repr=False)
	use_tls: bool
	ca_certificate_path: Path | None
	client_certificate_path: Path | None
	private_key_path: Path | None
	networks: OtNetworks = EVERYWHERE

	@classmethod
	def from_record(
		cls, record: Record, namespace: str, *, networks: OtNetworks = EVERYWHERE
	) -> MqttSettings:
		"""Settings from an OT Connection record. Raises ConnectionSettingError."""
		read, use_tls = _Fields(record), bool(record.get("use_tls"))
		settings = cls(
			connection=read.connection,
			host=read.needed("host", "Enter the name or address of the broker."),
			port=read.whole("port", 8883 if use_tls else 1883, 1, 65535),
			version=read.word("mqtt_version", MqttVersion, MqttVersion.V5),
			client_id=read.text("client_id") or default_client_id(namespace, read.connection),
			session_expiry_seconds=read.whole("session_expiry_seconds", 604_800, 1, 0xFFFFFFFF),
			keepalive_seconds=read.whole("keepalive_seconds", 30, 5, 65535),
			max_payload_bytes=read.whole("max_payload_bytes", 262_144, 1, 268_435_455),
			username=read.text("username"),
			password=read.password(),
			use_tls=use_tls,
			ca_certificate_path=read.path("ca_certificate_path"),
			client_certificate_path=read.path("client_certificate_path"),
			private_key_path=read.path("private_key_path"),
			networks=networks,
		)
		_check_host(read, settings)
		_check_tls(read, settings)
		return settings

	def tls_context(self) -> ssl.SSLContext | None:
		"""A context that verifies the broker's certificate and name; None without TLS. Raises OSError."""
		if not self.use_tls:
			return None
		context = ssl.create_default_context(cafile=self.ca_certificate_path)
		context.minimum_version = ssl.TLSVersion.TLSv1_2
		if self.client_certificate_path:
			context.load_cert_chain(self.client_certificate_path, self.private_key_path)
		return context


@dataclass(frozen=True)
class OpcUaSettings:
	"""How to reach one OPC UA server. Paths are on the host of the listener; an empty one is None.

	trust_list_path: the server's certificate, or a folder of trusted ones. secrets_folder: where our own certificate is
	made when there is no client_certificate_path; namespace: the site that it is made for.
	"""

	connection: str
	endpoint_url: str
	security_policy: SecurityPolicy
	security_mode: SecurityMode
	publishing_interval_ms: int
	queue_size: int
	max_payload_bytes: int
	username: str | None
	password: str | None = field(repr=False)
	trust_list_path: Path | None
	client_certificate_path: Path | None
	private_key_path: Path | None
	secrets_folder: Path | None
	namespace: str
	networks: OtNetworks = EVERYWHERE

	@classmethod
	def from_record(
		cls,
		record: Record,
		namespace: str,
		secrets_folder: Path | None = None,
		*,
		networks: OtNetworks = EVERYWHERE,
	) -> OpcUaSettings:
		"""Settings from an OT Connection record. Raises ConnectionSettingError."""
		read = _Fields(record)
		settings = cls(
			connection=read.connection,
			endpoint_url=read.needed("endpoint_url", "Enter it like opc.tcp://host:4840."),
			security_policy=read.word("security_policy", SecurityPolicy, SecurityPolicy.BASIC256SHA256),
			security_mode=read.word("security_mode", SecurityMode, SecurityMode.SIGN_AND_ENCRYPT),
			publishing_interval_ms=read.whole("publishing_interval_ms", 250, 10, 3_600_000),
			queue_size=read.whole("queue_size", 1000, 1, 100_000),
			max_payload_bytes=read.whole("max_payload_bytes", 262_144, 1, 268_435_455),
			username=read.text("username"),
			password=read.password(),
			trust_list_path=read.path("ca_certificate_path", folder_allowed=True),
			client_certificate_path=read.path("client_certificate_path"),
			private_key_path=read.path("private_key_path"),
			secrets_folder=secrets_folder,
			namespace=namespace,
			networks=networks,
		)
		_check_endpoint(read, settings)
		_check_security(read, settings)
		return settings


def default_client_id(namespace: str, connection: str) -> str:
	"""The name of our session at the broker: readable, and different for every site and connection."""
	digest = hashlib.sha256(f"{namespace}\0{connection}".encode()).hexdigest()[:8]
	readable = re.sub(r"[^0-9A-Za-z]+", "-", f"{namespace}-{connection}").strip("-")[:40]
	return f"plant-itsm-{readable}-{digest}"


class _Fields:
	"""Reads the fields of one record; each refusal names the connection, the field, the value and the way out."""

	def __init__(self, record: Record):
		self._record = record
		self.connection = str(record.get("name") or record.get("connection_name") or "")
		if not self.connection:
			raise ConnectionSettingError("OT Connection without a name: enter a connection name.")

	def refuse(self, fieldname: str, trouble: str, way_out: str) -> ConnectionSettingError:
		return ConnectionSettingError(f"OT Connection {self.connection}: {fieldname} {trouble}. {way_out}")

	def text(self, fieldname: str) -> str | None:
		value = self._record.get(fieldname)
		return str(value).strip() or None if value is not None else None

	def needed(self, fieldname: str, way_out: str) -> str:
		value = self.text(fieldname)
		if value is None:
			raise self.refuse(fieldname, "is empty", way_out)
		return value

	def whole(self, fieldname: str, default: int, low: int, high: int) -> int:
		value: Any = self._record.get(fieldname)
		if value is None or value == "":
			return default
		try:
			number = int(value)
		except (TypeError, ValueError):
			raise self.refuse(fieldname, f"{value!r} is no whole number", f"Enter {low} to {high}.") from None
		if not low <= number <= high:
			raise self.refuse(fieldname, f"{number} is out of range", f"Enter {low} to {high}.")
		return number

	def word(self, fieldname: str, words: type[_W], default: _W) -> _W:
		value = self.text(fieldname)
		try:
			return words(value) if value is not None else default
		except ValueError:
			raise self.refuse(
				fieldname, f"{value!r} is unknown", f"Choose one of {', '.join(words)}."
			) from None

	def password(self) -> str | None:
		value = self._record.get("password") or None
		if value and not self.text("username"):
			raise self.refuse("password", "is set, but username is empty", "Enter both, or neither.")
		return value

	def path(self, fieldname: str, *, folder_allowed: bool = False) -> Path | None:
		value = self.text(fieldname)
		if value is None:
			return None
		path = Path(value)
		try:
			if folder_allowed and path.is_dir():
				next(path.iterdir(), None)
			else:
				path.read_bytes()
		except OSError as error:
			raise self.refuse(
				fieldname,
				f"{value!r} cannot be read ({error.strerror})",
				"Enter the path of a file that the worker of the queue ot can read.",
			) from None
		return path


def _check_host(read: _Fields, settings: MqttSettings) -> None:
	if "://" in settings.host or "/" in settings.host or " " in settings.host:
		raise read.refuse(
			"host", f"{settings.host!r} is no host name", "Enter the name or address alone, without mqtt://."
		)


def _check_tls(read: _Fields, settings: MqttSettings) -> None:
	files = ("ca_certificate_path", "client_certificate_path", "private_key_path")
	given = [name for name in files if getattr(settings, name)]
	if given and not settings.use_tls:
		raise read.refuse(given[0], "is set, but use_tls is not", "Tick Use TLS, or empty the field.")
	_check_pair(read, settings.client_certificate_path, settings.private_key_path)
	try:
		settings.tls_context()
	except (OSError, ValueError) as error:
		raise read.refuse(
			" / ".join(given) or "use_tls",
			f"cannot be used for TLS ({error})",
			"Give PEM files: the CA's certificate, and a client certificate with its unencrypted private key.",
		) from None


def _check_pair(read: _Fields, certificate: Path | None, key: Path | None) -> None:
	if certificate and not key:
		raise read.refuse("private_key_path", "is empty", "A client certificate needs its private key.")
	if key and not certificate:
		raise read.refuse(
			"client_certificate_path", "is empty", "A private key needs its client certificate."
		)


def _check_endpoint(read: _Fields, settings: OpcUaSettings) -> None:
	url = settings.endpoint_url
	way_out = "Enter it like opc.tcp://host:4840, without user and password."
	try:
		parts = urlsplit(url)
		good = parts.scheme == "opc.tcp" and parts.hostname and "@" not in parts.netloc and parts.port != 0
	except ValueError:  # a port that is no number or above 65535
		good = False
	if not good:
		raise read.refuse("endpoint_url", f"{url!r} is no OPC UA endpoint", way_out)


def _check_security(read: _Fields, settings: OpcUaSettings) -> None:
	policy, mode = settings.security_policy, settings.security_mode
	if policy == SecurityPolicy.NONE and mode != SecurityMode.NONE:
		raise read.refuse(
			"security_mode",
			f"{mode} needs a security policy, but security_policy is None",
			"Choose the policy Basic256Sha256, or the mode None.",
		)
	if policy != SecurityPolicy.NONE and mode == SecurityMode.NONE:
		raise read.refuse(
			"security_mode",
			f"None does not fit the security policy {policy}",
			"Choose the mode Sign or SignAndEncrypt.",
		)
	_check_pair(read, settings.client_certificate_path, settings.private_key_path)
	if policy != SecurityPolicy.NONE and not (settings.client_certificate_path or settings.secrets_folder):
		raise read.refuse(
			"client_certificate_path",
			f"is empty, but the security policy {policy} needs one",
			"Enter our certificate and its private key, and let the server trust it.",
		)
	_check_readable(read, "ca_certificate_path", settings.trust_list_path, trust_list)
	_check_readable(read, "client_certificate_path", settings.client_certificate_path, load_certificate)
	_check_readable(read, "private_key_path", settings.private_key_path, load_private_key)


def _check_readable(read: _Fields, fieldname: str, path: Path | None, load: Callable[[Path], object]) -> None:
	if path is None:
		return
	try:
		load(path)
	except (ValueError, TypeError, OSError) as error:
		raise read.refuse(
			fieldname, f"{str(path)!r} cannot be used ({error})", "Give unencrypted PEM or DER files."
		) from None
