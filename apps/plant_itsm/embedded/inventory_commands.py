"""Commands of the embedded edition around the OT inventory: retire-ci, report-fingerprint and discover."""

from __future__ import annotations

from pathlib import Path

import click

from plant_itsm.domain.retiring import Retirement
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.services.drifts import DRIFT_EXIT, fingerprint_of, report_fingerprint
from plant_itsm.services.retirements import read_retirements, retire_cis

NO_REDIS = "unix:///none"
"""These commands queue nothing."""
_site_option = click.option(
	"--site",
	"site_folder",
	type=click.Path(path_type=Path, file_okay=False),
	required=True,
	help="The site that holds the CIs.",
)


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
@_site_option
def retire(cis: tuple[str, ...], reason: str, file: Path | None, force: bool, site_folder: Path) -> None:
	"""Retire OT CIs, all or none. Their relations stay as history; failures no longer travel along them."""
	if (file is None) == (not cis):
		raise click.UsageError("Name CIs, or a --file.")
	leaving = read_retirements(file, reason) if file else [Retirement(ci, reason) for ci in cis]
	records = EmbeddedSite.open(site_folder).records
	retire_cis(records, leaving, force=force, source=file.name if file else "")
	click.echo(f"{len(leaving)} retired")


@click.command("report-fingerprint")
@click.argument("ci")
@click.argument("sha256", required=False)
@click.option(
	"--file",
	"file",
	type=click.Path(path_type=Path, dir_okay=False, exists=True),
	help="Compute it from this upload of the program.",
)
@_site_option
@click.pass_context
def report(context: click.Context, ci: str, sha256: str | None, file: Path | None, site_folder: Path) -> None:
	"""Record what a CI runs. Exit code 3 and a message to its keepers when that is not what was approved."""
	if (file is None) == (sha256 is None):
		raise click.UsageError("Give a SHA-256, or a --file.")
	ports = EmbeddedSite.open(site_folder).ports(NO_REDIS)
	found = report_fingerprint(ports, ci, fingerprint_of(file) if file else str(sha256))
	click.echo(str(found) if found else f"OT CI {ci}: no drift")
	if found:
		context.exit(DRIFT_EXIT)


@click.command()
@click.argument("connection")
@click.option(
	"--seconds",
	type=click.FloatRange(min=0.5),
	default=10.0,
	show_default=True,
	help="How long to wait for births of a Sparkplug connection.",
)
@_site_option
def discover(connection: str, seconds: float, site_folder: Path) -> None:
	"""Propose CIs from what an OT Connection shows of its devices. Reads only."""
	from plant_itsm.ot_listeners.discovery import discover as look  # brings asyncua along: slow

	click.echo(str(look(EmbeddedSite.open(site_folder).ports(NO_REDIS), connection, seconds)))


COMMANDS = (retire, report, discover)
