"""A site of the embedded edition: a folder with its records, and the ports on top of them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

import redis

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.job_queue import RqJobQueue
from plant_itsm.embedded.notifier import NotificationLog
from plant_itsm.embedded.store import SqliteRecords, open_store
from plant_itsm.ports import Ports
from plant_itsm.services.plants import VOCABULARY as OUR_WORDS
from plant_itsm.services.upgrades import schema_version, upgrade

DEFAULT_FOLDER = Path("out/site")
VOCABULARY = Path(__file__).resolve().parent / "vocabulary"
"""Words that ERPNext and Helpdesk bring to a Frappe site: currencies, priorities and types of tickets."""
WORDS = (VOCABULARY, OUR_WORDS)

_STORE = "plant.sqlite"
_NOTE = "site.json"


class SiteError(PlantItsmError):
	"""A folder is no site of the embedded edition, or the site has no Redis yet."""


@dataclass(frozen=True)
class EmbeddedSite:
	"""namespace: sets this site's keys in a shared Redis apart from those of others."""

	folder: Path
	namespace: str
	records: SqliteRecords

	@classmethod
	def create(cls, folder: Path = DEFAULT_FOLDER) -> EmbeddedSite:
		"""The site in a folder, made with its vocabulary if it is not there. Raises StoreFileError."""
		folder = folder.resolve()
		if (folder / _NOTE).exists():
			return cls.open(folder)
		records = open_store(folder / _STORE, SystemClock())
		upgrade(records, WORDS)
		note = {"namespace": f"embedded-{secrets.token_hex(6)}", "schema": schema_version(WORDS)}
		_write_note(folder, note)
		return cls.open(folder)

	@classmethod
	def open(cls, folder: Path) -> EmbeddedSite:
		"""The site that is in a folder, brought to this version if need be. Raises SiteError when there is none."""
		folder = folder.resolve()
		note, schema = _read_note(folder), schema_version(WORDS)
		records = open_store(folder / _STORE, SystemClock())
		if note.get("schema") != schema:
			upgrade(records, WORDS)
			_write_note(folder, {**note, "schema": schema})
		return cls(folder, note["namespace"], records)

	def ports(self, redis_url: str) -> Ports:
		client = redis.Redis.from_url(redis_url)
		return Ports(
			records=self.records,
			clock=SystemClock(),
			jobs=RqJobQueue(client, self.folder, redis_url, self.namespace),
			notifier=NotificationLog(self.records),
			redis_url=redis_url,
			namespace=self.namespace,
			secrets_folder=self.folder / "secrets",
		)

	def note_redis(self, redis_url: str) -> None:
		"""Remember where the site's Redis is, for those who look at the site from outside."""
		_write_note(self.folder, {**_read_note(self.folder), "redis_url": redis_url})

	def noted_redis(self) -> str:
		"""The Redis of the last start. Raises SiteError when the site never ran."""
		url = _read_note(self.folder).get("redis_url")
		if url is None:
			raise SiteError(f"{self.folder}: this site never ran. Start it with: plant-itsm demo --keep")
		return url


def _read_note(folder: Path) -> dict[str, str]:
	try:
		note: dict[str, str] = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
	except (OSError, ValueError):
		raise SiteError(
			f"{folder}: no site of the embedded edition ({_NOTE} is missing or damaged)."
			" Name the folder of a site, or make one with: plant-itsm demo"
		) from None
	return note


def _write_note(folder: Path, note: dict[str, str]) -> None:
	(folder / _NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
