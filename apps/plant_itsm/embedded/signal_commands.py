"""Commands of the embedded edition around signals: record, replay, doctor, browse and dead-letters."""

from __future__ import annotations

import getpass
import json
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from plant_itsm.embedded.job_queue import queue_name
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.ports import Ports
from plant_itsm.services.dead_letters import letter_line, letters_to_replay
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.services.replay import replay_file

_F = TypeVar("_F", bound=Callable[..., Any])
_DEMO_SITE = Path("out/demo/site")


def place_options(function: _F) -> _F:
	"""--site and --plant: whose OT Connections are meant."""
	site = click.option(
		"--site",
		"site_folder",
		type=click.Path(path_type=Path, file_okay=False),
		default=_DEMO_SITE,
		show_default=True,
		help="The site whose OT Connections are meant.",
	)
	plant = click.option(
		"--plant", metavar="NAME|PATH", help="Take the OT Connections of a plant's files instead of a site's."
	)
	return site(plant(function))


@contextmanager
def ports_of(site_folder: Path, plant: str | None) -> Iterator[Ports]:
	if plant is not None:
		with passing_plant(plant) as ports:
			yield ports
		return
	site = EmbeddedSite.open(site_folder)
	yield site.ports(site.noted_redis())


@contextmanager
def passing_plant(plant: str) -> Iterator[Ports]:
	"""A plant, loaded into a site that is gone after the block; it has no Redis."""
	folder = plant_folder(plant)
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as place:
		site = EmbeddedSite.create(Path(place))
		load_plant(site.records, folder)
		yield site.ports("unix:///none")
		site.records.close()


@click.command()
@click.argument("connection")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long.")
@click.option("--signals", type=click.IntRange(min=1), help="End after so many signals.")
@click.option(
	"--address", "addresses", multiple=True, help="A topic filter or node id beside those of rules."
)
@click.option("--from-stream", is_flag=True, help="Take what waits in the Redis stream now, not the source.")
@place_options
def record(
	connection: str,
	out: Path,
	seconds: float | None,
	signals: int | None,
	addresses: tuple[str, ...],
	from_stream: bool,
	site_folder: Path,
	plant: str | None,
) -> None:
	"""Record the signals of an OT Connection until Ctrl-C; its listener goes on undisturbed."""
	from plant_itsm.ot_listeners.recording import Limits, record_to_file  # brings asyncua along: slow

	stop = threading.Event()
	for number in (signal.SIGINT, signal.SIGTERM):
		signal.signal(number, lambda *_: stop.set())
	limits = Limits(seconds, signals, lambda: not stop.is_set())
	with ports_of(site_folder, plant) as ports:
		written = record_to_file(
			ports, connection, out, limits, addresses=addresses, from_stream=from_stream, tell=_tell
		)
	click.echo(f"{out}: {written} signals")


def _tell(text: str) -> None:
	click.echo(text, err=True)


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--plant", metavar="NAME|PATH", help="The plant whose rules judge; seed by default.")
@click.option("--connection", metavar="NAME", help="Judge by the rules of this OT Connection.")
@click.option("--rule", "rules", multiple=True, metavar="NAME", help="Try this rule, even if it is disabled.")
@click.option("--changes", is_flag=True, help="Leave out what changed nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the replay as JSON.")
@click.pass_context
def replay(
	context: click.Context,
	recording: Path,
	plant: str | None,
	connection: str | None,
	rules: tuple[str, ...],
	changes: bool,
	as_json: bool,
) -> None:
	"""Run a recording through the rules of a plant: each decision with its reason, the incidents, their cost."""
	with passing_plant(plant or context.obj or "seed") as ports:
		result = replay_file(ports, recording, connection=connection, rules=rules)
	if as_json:
		click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
		return
	for line in result.lines(with_unchanged=not changes):
		click.echo(line)


@click.command()
@click.argument("connection", required=False)
@click.option(
	"--mosquitto-conf",
	type=click.Path(path_type=Path),
	help="The broker's own settings, or a copy: its limits do not show over the network.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@place_options
@click.pass_context
def doctor(
	context: click.Context,
	connection: str | None,
	mosquitto_conf: Path | None,
	as_json: bool,
	site_folder: Path,
	plant: str | None,
) -> None:
	"""Look for what loses signals, at one OT Connection or at everything. Exit code 1 when there is an error."""
	from plant_itsm.ot_listeners.doctor.examination import Site, examine
	from plant_itsm.ot_listeners.doctor.findings import has_errors, report_lines

	with ports_of(site_folder, plant) as ports:
		site = Site(
			ot_queue=queue_name(ports.namespace, "ot"),
			short_queue=queue_name(ports.namespace, "short"),
			add_workers="start the site again: it starts a worker for each enabled OT Connection",
		)
		findings = examine(ports, None if plant else site, connection, mosquitto_conf)
	if as_json:
		click.echo(json.dumps([finding.as_json() for finding in findings], indent=2, ensure_ascii=False))
	else:
		for line in report_lines(findings):
			click.echo(line)
	context.exit(1 if has_errors(findings) else 0)


@click.command()
@click.argument("connection")
@click.option("--under", help="A node id, or a topic filter; a topic stands for all below it.")
@click.option(
	"--depth", type=click.IntRange(1, 20), default=3, show_default=True, help="Levels of a server's tree."
)
@click.option(
	"--items", type=click.IntRange(1, 10_000), default=500, show_default=True, help="Nodes or topics."
)
@click.option(
	"--seconds", type=click.FloatRange(0.1, 600), default=3.0, show_default=True, help="At a broker."
)
@click.option("--json", "as_json", is_flag=True, help="Print what is found as JSON.")
@place_options
def browse(
	connection: str,
	under: str | None,
	depth: int,
	items: int,
	seconds: float,
	as_json: bool,
	site_folder: Path,
	plant: str | None,
) -> None:
	"""What an OT Connection offers: the tree of a server, or the topics of a broker with their last values."""
	from plant_itsm.ot_listeners.browsing import BrowseLimits
	from plant_itsm.ot_listeners.browsing import browse as look
	from plant_itsm.ot_listeners.recording import connection_named

	with ports_of(site_folder, plant) as ports:
		found = look(
			ports, connection_named(ports.records, connection), under, BrowseLimits(depth, items, seconds)
		)
	if as_json:
		click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
		return
	for line in found.lines():
		click.echo(line)


@click.command("dead-letters")
@click.argument("names", nargs=-1)
@click.option("--connection", metavar="NAME", help="Those of one OT Connection.")
@click.option("--replay", "is_replayed", is_flag=True, help="Put the signals into the stream once more.")
@place_options
def dead_letters(
	names: tuple[str, ...], connection: str | None, is_replayed: bool, site_folder: Path, plant: str | None
) -> None:
	"""Signals that nothing could be done with, and why; all that were not replayed yet, or those with these NAMES.

	With --replay they are judged once more, as after a rule was put right.
	"""
	from plant_itsm.ot_listeners.dead_letter_replay import replay_dead_letters

	with ports_of(site_folder, plant) as ports:
		letters = letters_to_replay(ports.records, names, connection)
		if not is_replayed:
			lines = [letter_line(letter) for letter in letters] or ["no dead letters"]
		else:
			request = replay_dead_letters(ports, [letter["name"] for letter in letters], getpass.getuser())
			lines = list(request.lines()) or ["no dead letters"]
	for line in lines:
		click.echo(line)


COMMANDS = (record, replay, doctor, browse, dead_letters)
