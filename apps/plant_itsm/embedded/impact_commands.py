"""Commands of the embedded edition around impact and risk: spof, and the moment that an impact is asked for."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from plant_itsm.domain.schema import FieldMeta, parse_cell
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.result_tables import single_points_table
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.plants import load_plant, plant_folder

at_option = click.option(
	"--at",
	metavar="MOMENT",
	help="What if it failed then, for example 2026-06-02T06:00:00+02:00; now if left out.",
)


def moment_of(text: str | None) -> datetime:
	"""Raises InvalidRecordError for what is no moment with a zone."""
	moment: datetime | None = parse_cell(FieldMeta("at", "Datetime"), text or "")
	return moment or SystemClock().now()


@click.command("spof")
@click.option("--plant", metavar="NAME|PATH", help="A shipped plant, or a folder of CSV files.")
@at_option
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="How many CIs to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the ranking as JSON.")
@click.pass_context
def spof(context: click.Context, plant: str | None, at: str | None, top: int, as_json: bool) -> None:
	"""Single points of failure: the CIs whose failure alone costs most per hour."""
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as passing:
		site = EmbeddedSite.create(Path(passing))
		load_plant(site.records, plant_folder(plant or context.obj or "seed"))
		points = ImpactModel(site.records).single_points_of_failure(moment_of(at), top)
		site.records.close()
	if as_json:
		click.echo(json.dumps([point.as_json() for point in points], indent=2, ensure_ascii=False))
	else:
		Console().print(single_points_table(points))


COMMANDS = (spof,)
