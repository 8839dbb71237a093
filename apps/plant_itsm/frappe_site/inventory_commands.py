"""`bench --site SITE plant-itsm retire-ci | report-fingerprint | discover`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click
import frappe
from frappe.commands import pass_context

from plant_itsm.domain.retiring import Retirement
from plant_itsm.ports import Ports

Connected = Callable[[frappe._dict], AbstractContextManager[Ports]]


def inventory_commands(connected: Connected) -> list[click.Command]:
	"""The commands, on the site that `connected` opens for a block."""
	return [_retire(connected), _report_fingerprint(connected), _discover(connected)]


def _retire(connected: Connected) -> click.Command:
	@click.command("retire-ci")
	@click.argument("cis", nargs=-1, metavar="[CI]...")
	@click.option("--reason", default="", help="Why they leave; kept on record.")
	@click.option(
		"--file",
		"file",
		type=click.Path(path_type=Path, dir_okay=False),
		help="Many at once: a CSV file with the columns ci,reason.",
	)
	@click.option("--force", is_flag=True, help="Retire also what others in use still need.")
	@pass_context
	def retire(
		context: frappe._dict, cis: tuple[str, ...], reason: str, file: Path | None, force: bool
	) -> None:
		"""Retire OT CIs, all or none. Their relations stay as history; failures no longer travel along them."""
		from plant_itsm.services.retirements import read_retirements, retire_cis

		if (file is None) == (not cis):
			raise click.UsageError("Name CIs, or a --file.")
		with connected(context) as ports:
			leaving = read_retirements(file, reason) if file else [Retirement(ci, reason) for ci in cis]
			retire_cis(ports.records, leaving, force=force, source=file.name if file else "")
		click.echo(f"{len(leaving)} retired")

	return retire


def _report_fingerprint(connected: Connected) -> click.Command:
	@click.command("report-fingerprint")
	@click.argument("ci")
	@click.argument("sha256", required=False)
	@click.option(
		"--file",
		"file",
		type=click.Path(path_type=Path, dir_okay=False, exists=True),
		help="Compute it from this upload of the program.",
	)
	@pass_context
	def report(context: frappe._dict, ci: str, sha256: str | None, file: Path | None) -> None:
		"""Record what a CI runs. Exit code 3 and a message to its keepers when that is not what was approved."""
		from plant_itsm.services.drifts import DRIFT_EXIT, fingerprint_of, report_fingerprint

		if (file is None) == (sha256 is None):
			raise click.UsageError("Give a SHA-256, or a --file.")
		with connected(context) as ports:
			found = report_fingerprint(ports, ci, fingerprint_of(file) if file else str(sha256))
		click.echo(str(found) if found else f"OT CI {ci}: no drift")
		if found:
			sys.exit(DRIFT_EXIT)

	return report


def _discover(connected: Connected) -> click.Command:
	@click.command("discover")
	@click.argument("connection")
	@click.option(
		"--seconds",
		type=click.FloatRange(min=0.5),
		default=10.0,
		show_default=True,
		help="How long to wait for births of a Sparkplug connection.",
	)
	@pass_context
	def discover(context: frappe._dict, connection: str, seconds: float) -> None:
		"""Propose CIs from what an OT Connection shows of its devices. Reads only; a person accepts in the Desk."""
		from plant_itsm.ot_listeners.discovery import discover as look

		with connected(context) as ports:
			click.echo(str(look(ports, connection, seconds)))

	return discover
