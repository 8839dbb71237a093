"""`plant-itsm gateway`: listen in the OT DMZ, and hand the signals to a site by HTTPS."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from plant_itsm.embedded.site import EmbeddedSite

SPOOL = "spool.sqlite"


@click.command()
@click.option(
	"--site",
	"site_folder",
	required=True,
	type=click.Path(path_type=Path, file_okay=False),
	help="The folder of this gateway, with its OT Connections: plant-itsm load-plant PATH --site DIR makes it.",
)
@click.option("--url", required=True, help="The site, for example https://itsm.example")
@click.option(
	"--key-file",
	required=True,
	type=click.Path(path_type=Path, dir_okay=False),
	help="A file of mode 600 with api_key:api_secret of the gateway's user.",
)
@click.option(
	"--ca", type=click.Path(path_type=Path, dir_okay=False), help="Who has signed the site's certificate."
)
@click.option(
	"--budget-mb", type=click.IntRange(min=10), default=10_000, show_default=True, help="Disk for the spool."
)
@click.option(
	"--connection", "names", multiple=True, help="Only these OT Connections; else all enabled ones."
)
def gateway(
	site_folder: Path, url: str, key_file: Path, ca: Path | None, budget_mb: int, names: tuple[str, ...]
) -> None:
	"""Listen here and hand the signals to a site until SIGTERM or Ctrl-C. What it has not committed stays here."""
	from plant_itsm.embedded.gateway import Gateway  # brings both protocol stacks along
	from plant_itsm.embedded.site_client import SiteClient, read_key
	from plant_itsm.embedded.spool import Spool
	from plant_itsm.ot_listeners.json_logs import set_up_logs
	from plant_itsm.ot_listeners.recording import connection_named

	set_up_logs()
	place = EmbeddedSite.open(site_folder)
	client = SiteClient(url, read_key(key_file), ca)
	ports = place.ports("unix:///none")
	wanted = names or [row["name"] for row in place.records.find("OT Connection", {"enabled": True})]
	connections = [connection_named(place.records, name) for name in wanted]
	spool = Spool(place.folder / SPOOL, ports.clock, budget_mb * 1_000_000)
	stop = threading.Event()
	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, lambda *_: stop.set())
	Gateway(ports, spool, client, connections).run(lambda: not stop.is_set())
	spool.close()


COMMANDS = (gateway,)
