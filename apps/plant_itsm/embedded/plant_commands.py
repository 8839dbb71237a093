"""Commands of the embedded edition around a plant's files: check-plant, unload-plant and export-plant."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from plant_itsm.domain.plant_problems import Problem
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.services.plant_export import export_plant
from plant_itsm.services.plant_loads import unload_plant
from plant_itsm.services.plant_report import report_rows, write_report
from plant_itsm.services.plants import load_plant, load_report, plan_load, plant_folder

REFUSED = 2
SHOWN_PROBLEMS = 50
"""In the terminal; a report file holds all of them."""

_site_option = click.option(
	"--site",
	"site_folder",
	type=click.Path(path_type=Path, file_okay=False),
	help="The site to compare with. Without it the plant must be complete by itself.",
)


@click.command("check-plant")
@click.argument("plant", metavar="NAME|PATH")
@_site_option
@click.option(
	"--report",
	type=click.Path(path_type=Path, dir_okay=False),
	help="Write every problem to this .csv or .xlsx file.",
)
@click.pass_context
def check(context: click.Context, plant: str, site_folder: Path | None, report: Path | None) -> None:
	"""Tell every problem of a plant's files (a folder of CSV files or an .xlsx) without writing anything."""
	place = plant_folder(plant)
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as passing:
		site = EmbeddedSite.create(Path(passing)) if site_folder is None else EmbeddedSite.open(site_folder)
		found = plan_load(site.records, place)
		site.records.close()
	if report is not None:
		write_report(found.problems, report)
	if found.problems:
		Console().print(problem_table(found.problems))
		click.echo(
			f"{place}: {len(found.problems)} problems{f', all in {report}' if report else ''}", err=True
		)
		context.exit(REFUSED)
	click.echo(f"{place}: correct, would be {load_report(found)}")


@click.command("unload-plant")
@click.argument("plant", metavar="NAME|LOAD")
@click.option(
	"--site",
	"site_folder",
	type=click.Path(path_type=Path, file_okay=False),
	required=True,
	help="Of this site.",
)
def unload(plant: str, site_folder: Path) -> None:
	"""Remove what load-plant has added, all or nothing: the newest load of a plant, or a Plant Load by its name."""
	site = EmbeddedSite.open(site_folder)
	click.echo(f"{plant}: {unload_plant(site.records, plant)} records removed")
	site.records.close()


@click.command("export-plant")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--site", "site_folder", type=click.Path(path_type=Path, file_okay=False), help="Of this site.")
@click.option("--plant", metavar="NAME|PATH", help="Of a plant's files, as to turn them into a workbook.")
def export(target: Path, site_folder: Path | None, plant: str | None) -> None:
	"""Write a plant into a new folder of CSV files, or into TARGET.xlsx."""
	if (site_folder is None) == (plant is None):
		raise click.UsageError("Name either a --site or a --plant.")
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as passing:
		if site_folder is not None:
			site = EmbeddedSite.open(site_folder)
		else:
			site = EmbeddedSite.create(Path(passing))
			load_plant(site.records, plant_folder(str(plant)))
		counts = export_plant(site.records, target)
		site.records.close()
	click.echo(f"{target}: {sum(counts.values())} records of {len(counts)} DocTypes")


def problem_table(problems: list[Problem]) -> Table:
	table = Table("place", "column", "value", "problem", "way out", show_lines=False)
	for problem, row in zip(problems[:SHOWN_PROBLEMS], report_rows(problems), strict=False):
		_source, _line, column, value, what, way_out, dependents = row
		note = f" ({dependents} rows depend on it)" if dependents else ""
		table.add_row(problem.place, column, value[:40], what + note, way_out)
	left_out = len(problems) - SHOWN_PROBLEMS
	if left_out > 0:
		table.caption = f"{left_out} more; --report FILE holds all"
	return table


COMMANDS = (check, unload, export)
