"""`bench --site SITE plant-itsm load-costs` and `showback`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click
import frappe
from frappe.commands import pass_context

from plant_itsm.ports import Ports

Connected = Callable[[frappe._dict], AbstractContextManager[Ports]]


def cost_commands(connected: Connected) -> list[click.Command]:
	"""The commands, on the site that `connected` opens for a block."""
	return [_load_costs(connected), _showback(connected)]


def _load_costs(connected: Connected) -> click.Command:
	@click.command("load-costs")
	@click.argument("plant")
	@pass_context
	def load_costs(context: frappe._dict, plant: str) -> None:
		"""Load the folder `costs` of a plant and post its entries, all or nothing and none twice."""
		from plant_itsm.services.plant_costs import load_costs as load
		from plant_itsm.services.plants import plant_folder

		with connected(context) as ports:
			masters, entries = load(ports.records, plant_folder(plant))
		click.echo(f"{plant}: {masters}; entries {entries}")

	return load_costs


def _showback(connected: Connected) -> click.Command:
	@click.command("showback")
	@click.argument("plant_site")
	@click.option("--period", required=True, metavar="PERIOD", help="For example 2026, 2026-03 or 2026-Q1.")
	@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="Write a workbook.")
	@pass_context
	def showback(context: frappe._dict, plant_site: str, period: str, xlsx: Path | None) -> None:
		"""What each line of a Plant Site has cost, as JSON."""
		from plant_itsm.domain.cost_ledger import Period
		from plant_itsm.domain.months import months_of
		from plant_itsm.services.showback import showback as showback_of
		from plant_itsm.services.showback_tables import as_json, sheets
		from plant_itsm.services.workbooks import write_workbook

		with connected(context) as ports:
			found = showback_of(ports.records, Period(plant_site, *months_of(period)))
		if xlsx is not None:
			write_workbook(xlsx, sheets(found))
		click.echo(json.dumps(as_json(found), indent=2, ensure_ascii=False))

	return showback
