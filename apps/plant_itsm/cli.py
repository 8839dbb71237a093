"""The command line of the embedded edition; those around signals stand in embedded.signal_commands."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import redis
from rich.console import Console

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.cost_commands import COMMANDS as COST_COMMANDS
from plant_itsm.embedded.gateway_commands import COMMANDS as GATEWAY_COMMANDS
from plant_itsm.embedded.impact_commands import COMMANDS as IMPACT_COMMANDS
from plant_itsm.embedded.impact_commands import at_option, moment_of
from plant_itsm.embedded.inventory_commands import COMMANDS as INVENTORY_COMMANDS
from plant_itsm.embedded.job_queue import queue_name
from plant_itsm.embedded.plant_commands import COMMANDS as PLANT_COMMANDS
from plant_itsm.embedded.result_tables import impact_table
from plant_itsm.embedded.signal_commands import COMMANDS as SIGNAL_COMMANDS
from plant_itsm.embedded.site import EmbeddedSite, SiteError
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.services.relation_history import impact_at

_F = TypeVar("_F", bound=Callable[..., Any])

REFUSED = 2
"""Exit code when a PlantItsmError ends a command."""


class _Commands(click.Group):
	"""Commands whose refusals are texts for people, not tracebacks."""

	def invoke(self, context: click.Context) -> object:
		try:
			return super().invoke(context)
		except PlantItsmError as error:
			click.echo(f"plant-itsm: {error}", err=True)
			context.exit(REFUSED)


def _plant_option() -> Callable[[_F], _F]:
	return click.option(
		"--plant", "plant", metavar="NAME|PATH", help="A shipped plant, or a folder of CSV files."
	)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@_plant_option()
@click.version_option(package_name="plant_itsm", prog_name="plant-itsm")
@click.pass_context
def main(context: click.Context, plant: str | None) -> None:
	"""plant_itsm without Frappe: from a signal of the plant to a priced incident."""
	context.obj = plant
	for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character shows another one
		if hasattr(stream, "reconfigure"):
			stream.reconfigure(errors="replace")


def _chosen(context: click.Context, plant: str | None) -> Path:
	return plant_folder(plant or context.obj or "seed")


@main.command()
@_plant_option()
@click.option("--keep", is_flag=True, help="Stay up afterwards, so that you can send signals by hand.")
@click.option(
	"--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/demo"), show_default=True
)
@click.pass_context
def demo(context: click.Context, plant: str | None, keep: bool, out: Path) -> None:
	"""Play a robot that fails and a switch that is lost, with real traffic, and report both incidents."""
	from plant_itsm.embedded.demo import (
		run_demo,
	)  # brings asyncua and RQ along: too slow for the other commands
	from plant_itsm.embedded.ending import Ending
	from plant_itsm.embedded.keeping import keep_up
	from plant_itsm.embedded.story import story_for

	told_to_end = Ending()
	run_demo(_chosen(context, plant), out, story_for(Console()), told_to_end.check, keep_up if keep else None)


@main.command()
@click.argument("ci", nargs=-1, required=True)
@_plant_option()
@click.option(
	"--site",
	"site_folder",
	type=click.Path(path_type=Path, file_okay=False),
	help="Ask this site instead; for a moment in the past it knows the graph of that time.",
)
@at_option
@click.option("--json", "as_json", is_flag=True, help="Print the impact as JSON.")
@click.pass_context
def impact(
	context: click.Context,
	ci: tuple[str, ...],
	plant: str | None,
	site_folder: Path | None,
	at: str | None,
	as_json: bool,
) -> None:
	"""Lines, units per shift and money per hour that depend on one or more CIs."""
	if site_folder is not None:
		result = impact_at(EmbeddedSite.open(site_folder).records, SystemClock(), ci, moment_of(at))
	else:
		with _passing_site() as site:
			load_plant(site.records, _chosen(context, plant))
			result = ImpactModel(site.records).impact(ci, moment_of(at))
	if as_json:
		click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
	else:
		Console().print(impact_table(result))


@main.command("load-plant")
@click.argument("name_or_path", required=False, metavar="[NAME|PATH]")
@_plant_option()
@click.option(
	"--site",
	"site_folder",
	type=click.Path(path_type=Path, file_okay=False),
	help="Load into this site, made if need be. Without it the plant is only checked.",
)
@click.pass_context
def load(
	context: click.Context, name_or_path: str | None, plant: str | None, site_folder: Path | None
) -> None:
	"""Check a plant's files, all or nothing, and load them into a site."""
	folder = _chosen(context, name_or_path or plant)
	if site_folder is None:
		with _passing_site() as site:
			click.echo(
				f"{folder}: correct, {load_plant(site.records, folder)} (checked only; --site DIR keeps it)"
			)
		return
	click.echo(f"{folder}: {load_plant(EmbeddedSite.create(site_folder).records, folder)} in {site_folder}")


@main.command()
@click.option(
	"--site",
	"site_folder",
	type=click.Path(path_type=Path, file_okay=False),
	default=Path("out/demo/site"),
	show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print the status as JSON.")
def status(site_folder: Path, as_json: bool) -> None:
	"""How the listeners and the drain of a running site are doing."""
	from plant_itsm.ot_listeners.status import Queues
	from plant_itsm.ot_listeners.status import status as status_of
	from plant_itsm.ot_listeners.status_text import status_lines

	site = EmbeddedSite.open(site_folder)
	url = site.noted_redis()
	try:
		ports = site.ports(url)
		queues = Queues(queue_name(ports.namespace, "ot"), queue_name(ports.namespace, "short"))
		result = status_of(ports, queues)
	except redis.ConnectionError as error:
		raise SiteError(f"{site_folder}: its Redis does not answer ({error}). Is the site running?") from None
	if as_json:
		click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
	else:
		click.echo("\n".join(status_lines(result)))


@contextmanager
def _passing_site() -> Iterator[EmbeddedSite]:
	"""A site that is gone after the block."""
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder:
		site = EmbeddedSite.create(Path(folder))
		yield site
		site.records.close()


for _command in (
	*COST_COMMANDS,
	*GATEWAY_COMMANDS,
	*IMPACT_COMMANDS,
	*INVENTORY_COMMANDS,
	*PLANT_COMMANDS,
	*SIGNAL_COMMANDS,
):
	main.add_command(_command)


if __name__ == "__main__":
	main(prog_name="plant-itsm")
