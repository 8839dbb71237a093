"""`bench --site SITE plant-itsm check-plant | load-history | unload-plant | export-plant | rename-ci`.

bench runs a command in the folder sites, so a relative PATH is relative to that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click
import frappe
from frappe.commands import pass_context

from plant_itsm.domain.renaming import Renaming
from plant_itsm.ports import Ports

Connected = Callable[[frappe._dict], AbstractContextManager[Ports]]
SHOWN_PROBLEMS = 50
"""In the terminal; a report file holds all of them."""


def plant_commands(connected: Connected) -> list[click.Command]:
	"""The commands, on the site that `connected` opens for a block."""
	makers = (_check, _load_history, _unload, _export, _rename)
	return [make(connected) for make in makers]


def _check(connected: Connected) -> click.Command:
	@click.command("check-plant")
	@click.argument("plant", metavar="NAME|PATH")
	@click.option(
		"--report",
		type=click.Path(path_type=Path, dir_okay=False),
		help="Write every problem to this .csv or .xlsx file.",
	)
	@pass_context
	def check(context: frappe._dict, plant: str, report: Path | None) -> None:
		"""Tell every problem of a plant's files (a folder of CSV files or an .xlsx) without writing anything."""
		from plant_itsm.services.plant_report import write_report
		from plant_itsm.services.plants import load_report, plan_load, plant_folder

		with connected(context) as ports:
			found = plan_load(ports.records, plant_folder(plant))
			if report is not None:
				write_report(found.problems, report)
		if not found.problems:
			click.echo(f"{plant}: correct, would be {load_report(found)}")
			return
		for problem in found.problems[:SHOWN_PROBLEMS]:
			column = f" [{problem.column}]" if problem.column else ""
			click.echo(f"{problem.place}{column}: {str(problem).removeprefix(f'{problem.place}: ')}")
		where = f", all in {report.resolve()}" if report else ""
		click.secho(f"{plant}: {len(found.problems)} problems{where}", fg="red", err=True)
		sys.exit(1)

	return check


def _unload(connected: Connected) -> click.Command:
	@click.command("unload-plant")
	@click.argument("plant", metavar="NAME|LOAD")
	@pass_context
	def unload(context: frappe._dict, plant: str) -> None:
		"""Remove what load-plant has added, all or nothing: the newest load of a plant, or a Plant Load by its name."""
		from plant_itsm.services.plant_loads import unload_plant

		with connected(context) as ports:
			click.echo(f"{plant}: {unload_plant(ports.records, plant)} records removed")

	return unload


def _load_history(connected: Connected) -> click.Command:
	@click.command("load-history")
	@click.argument("plant", metavar="NAME|PATH")
	@pass_context
	def load_history(context: frappe._dict, plant: str) -> None:
		"""Add the folder `history` of a plant: past line stops, done orders, posted costs; none twice."""
		from plant_itsm.services.plant_history import load_history as load
		from plant_itsm.services.plants import plant_folder

		with connected(context) as ports:
			found = load(ports.records, plant_folder(plant))
		click.echo(f"{plant}: {found}")

	return load_history


def _export(connected: Connected) -> click.Command:
	@click.command("export-plant")
	@click.argument("target", type=click.Path(path_type=Path))
	@pass_context
	def export(context: frappe._dict, target: Path) -> None:
		"""Write the site's plant into a new folder of CSV files, or into TARGET.xlsx."""
		from plant_itsm.services.plant_export import export_plant

		with connected(context) as ports:
			counts = export_plant(ports.records, target)
		click.echo(f"{target.resolve()}: {sum(counts.values())} records of {len(counts)} DocTypes")

	return export


def _rename(connected: Connected) -> click.Command:
	@click.command("rename-ci")
	@click.argument("old", required=False)
	@click.argument("new", required=False)
	@click.option(
		"--file",
		"file",
		type=click.Path(path_type=Path, dir_okay=False),
		help="Many at once: a CSV file with the columns old,new.",
	)
	@pass_context
	def rename(context: frappe._dict, old: str | None, new: str | None, file: Path | None) -> None:
		"""Rename an OT CI, or all that a file names, all or none. Relations, tickets and stops follow."""
		from plant_itsm.frappe_site.renaming import rename_cis
		from plant_itsm.services.renamings import read_renamings

		if (file is None) == (old is None or new is None):
			raise click.UsageError("Name OLD and NEW, or a --file.")
		with connected(context):
			renamings = [Renaming(str(old), str(new))] if file is None else read_renamings(file)
			rename_cis(renamings, file.name if file else "")
		click.echo(f"{len(renamings)} renamed")

	return rename
