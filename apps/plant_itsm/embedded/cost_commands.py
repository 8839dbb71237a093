"""Commands of the embedded edition around money that was spent: showback."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click
from rich.console import Console

from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.months import months_of
from plant_itsm.embedded.showback_table import showback_table
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.ports import Records
from plant_itsm.services.plant_costs import load_costs
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.services.showback import showback as showback_of
from plant_itsm.services.showback_tables import as_json as showback_json
from plant_itsm.services.showback_tables import sheets
from plant_itsm.services.workbooks import write_workbook


@click.command("showback")
@click.option("--plant", metavar="NAME|PATH", help="A shipped plant, or a folder of CSV files.")
@click.option(
	"--period", required=True, metavar="YEAR|YEAR-MONTH|YEAR-Qn", help="For example 2026, 2026-03 or 2026-Q1."
)
@click.option("--site-name", metavar="NAME", help="The Plant Site, where the plant has several.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="Write a workbook.")
@click.pass_context
def showback(
	context: click.Context,
	plant: str | None,
	period: str,
	site_name: str | None,
	as_json: bool,
	xlsx: Path | None,
) -> None:
	"""What each line has cost: by category, per unit, with the pools allocated."""
	first, last = months_of(period)
	folder = plant_folder(plant or context.obj or "seed")
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as passing:
		site = EmbeddedSite.create(Path(passing))
		load_plant(site.records, folder)
		load_costs(site.records, folder)
		found = showback_of(site.records, Period(site_name or _only_site(site.records), first, last))
		site.records.close()
	if xlsx is not None:
		write_workbook(xlsx, sheets(found))
	if as_json:
		click.echo(json.dumps(showback_json(found), indent=2, ensure_ascii=False))
	else:
		Console().print(showback_table(found))


def _only_site(records: Records) -> str:
	names = [row["name"] for row in records.find("Plant Site")]
	if len(names) != 1:
		raise click.UsageError(f"The plant has the sites {', '.join(names)}: name one with --site-name.")
	return str(names[0])


COMMANDS = (showback,)
