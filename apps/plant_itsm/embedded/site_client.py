"""How a gateway speaks to its site: HTTPS outbound, one method, an API key, certificates verified."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.gateway import GatewayBatch, GatewayError, Receipt

METHOD = "/api/method/plant_itsm.api.gateway.receive"
ANSWER_SECONDS = 30.0
MOST_ANSWER_BYTES = 4_000_000
_REFUSALS = (400, 401, 403, 404, 417)
"""What does not heal by itself: key, rights, address, or what the site says of the batch."""


class SiteAwayError(PlantItsmError):
	"""The site does not answer, or cannot take anything now; the same call may succeed later."""


class SiteAddressError(PlantItsmError):
	"""The address, key or certificate that a gateway was given cannot be used."""


@dataclass(frozen=True)
class SiteClient:
	"""key: "api_key:api_secret" of the gateway's user. ca_file: who has signed the site's certificate; None for whom
	the system trusts. Plain HTTP is for this machine alone."""

	url: str
	key: str = field(repr=False)
	ca_file: Path | None = None

	def __post_init__(self) -> None:
		parts = urlsplit(self.url)
		if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
			raise SiteAddressError(
				f"{self.url!r} is no address of a site. Write for example https://itsm.example"
			)
		if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
			raise SiteAddressError(f"{self.url}: the key would be readable on the way. Use https://")
		if ":" not in self.key.strip():
			raise SiteAddressError("The key is not of the form api_key:api_secret. Copy both from the user.")

	def send(self, batch: GatewayBatch) -> Receipt:
		"""Raises SiteAwayError, or GatewayError where a person must change something."""
		body = json.dumps({"batch": batch.as_json()}, ensure_ascii=False).encode()
		connection = self._connection()
		try:
			connection.request("POST", urlsplit(self.url).path.rstrip("/") + METHOD, body, self._headers())
			answer = connection.getresponse()
			return _receipt(answer.status, answer.read(MOST_ANSWER_BYTES))
		except ssl.SSLCertVerificationError as error:
			raise GatewayError(
				f"{self.url}: its certificate is not trusted ({error.verify_message}). Give --ca the file of who"
				" signed it."
			) from None
		except (OSError, http.client.HTTPException) as error:
			raise SiteAwayError(f"{self.url} does not answer ({type(error).__name__}: {error})") from None
		finally:
			connection.close()

	def _headers(self) -> dict[str, str]:
		return {
			"Authorization": f"token {self.key.strip()}",
			"Content-Type": "application/json",
			"Accept": "application/json",
		}

	def _connection(self) -> http.client.HTTPConnection:
		parts = urlsplit(self.url)
		host = parts.hostname or ""
		if parts.scheme == "http":
			return http.client.HTTPConnection(host, parts.port, timeout=ANSWER_SECONDS)
		try:
			context = ssl.create_default_context(cafile=self.ca_file)
		except (OSError, ssl.SSLError) as error:
			raise GatewayError(
				f"--ca {self.ca_file}: no certificates can be read from it ({error})."
			) from None
		context.minimum_version = ssl.TLSVersion.TLSv1_2
		return http.client.HTTPSConnection(host, parts.port, timeout=ANSWER_SECONDS, context=context)


def _receipt(status: int, body: bytes) -> Receipt:
	if status != http.client.OK:
		text = _told(body) or http.client.responses.get(status, "")
		if status in _REFUSALS:
			raise GatewayError(f"The site refuses ({status}): {text}")
		raise SiteAwayError(f"the site cannot take signals now ({status}: {text})")
	try:
		message: Any = json.loads(body)["message"]
	except (KeyError, TypeError, ValueError):
		raise GatewayError("What answers at this address is no site of Plant ITSM. Check --url.") from None
	return Receipt.from_json(message)


def _told(body: bytes) -> str:
	"""The words of a refusal, out of what Frappe answers."""
	try:
		answer = json.loads(body)
		words = json.loads(json.loads(answer["_server_messages"])[0])["message"]
		return str(words)
	except (KeyError, IndexError, TypeError, ValueError):
		return ""


def read_key(path: Path) -> str:
	"""The key out of its file. Raises SiteAddressError for one that others may read."""
	try:
		if path.stat().st_mode & 0o077:
			raise SiteAddressError(f"{path}: others may read the key. chmod 600 {path}")
		return path.read_text(encoding="utf-8").strip()
	except OSError as error:
		raise SiteAddressError(f"{path}: the key cannot be read ({error.strerror}).") from None
