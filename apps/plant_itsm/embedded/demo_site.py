"""The folder that a demo works in: fresh at each run, and used by one demo at a time."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from plant_itsm.domain.vocabulary import Protocol
from plant_itsm.embedded.site import EmbeddedSite, SiteError
from plant_itsm.ports import Record, Records
from plant_itsm.services.plants import load_plant

_PARTS = ("plant.sqlite", "plant.sqlite-wal", "plant.sqlite-shm", "site.json", "redis", "broker", "logs")
"""All that a demo leaves in the folder of its site."""

_UNPROTECTED: Record = {
	"username": None,
	"password": None,  # nosec B105
	"ca_certificate_path": None,
	"client_certificate_path": None,
	"private_key_path": None,
}


@contextmanager
def fresh_site(out: Path, plant: Path) -> Iterator[EmbeddedSite]:
	"""A new site with the plant loaded, in `out`/site. Raises SiteError while another demo works there, and
	PlantFileError for a plant that cannot be loaded."""
	folder = out.resolve() / "site"
	with _lock_file(folder) as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except OSError:
			raise SiteError(
				f"{out}: another demo works in this folder. Wait for its end, or name another with --out."
			) from None
		_clear(folder)
		site = EmbeddedSite.create(folder)
		load_plant(site.records, plant)
		yield site
		site.records.close()


def _lock_file(folder: Path) -> IO[str]:
	try:
		folder.mkdir(parents=True, exist_ok=True)
		return (folder.parent / "demo.lock").open("w")
	except OSError as error:
		raise SiteError(
			f"{folder}: {error.strerror}. Name a folder that you may write to with --out."
		) from None


def _clear(folder: Path) -> None:
	"""Remove what the last demo has left, and nothing else."""
	for part in _PARTS:
		path = folder / part
		if path.is_dir():
			shutil.rmtree(path)
		else:
			path.unlink(missing_ok=True)


def point_at_demo_plant(
	records: Records, host: str, mqtt_port: int, mqtt_version: str, endpoint_url: str
) -> None:
	"""Lead every connection of the plant to the demo's own servers: a demo never talks to a real plant."""
	with records.transaction():
		for row in records.find("OT Connection", {"enabled": True}):
			if row["protocol"] == Protocol.MQTT:
				where = {"host": host, "port": mqtt_port, "mqtt_version": mqtt_version, "use_tls": False}
			else:
				where = {"endpoint_url": endpoint_url, "security_policy": "None", "security_mode": "None"}
			records.update("OT Connection", row["name"], {**_UNPROTECTED, **where})
