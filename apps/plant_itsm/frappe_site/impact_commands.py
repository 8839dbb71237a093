"""`bench --site SITE plant-itsm spof`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import click
import frappe
from frappe.commands import pass_context

from plant_itsm.ports import Ports

Connected = Callable[[frappe._dict], AbstractContextManager[Ports]]


def impact_commands(connected: Connected) -> list[click.Command]:
	"""The commands, on the site that `connected` opens for a block."""
	return [_spof(connected)]


def _spof(connected: Connected) -> click.Command:
	@click.command("spof")
	@click.option(
		"--top", type=click.IntRange(1), default=20, show_default=True, help="How many CIs to show."
	)
	@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
	@pass_context
	def spof(context: frappe._dict, top: int, as_json: bool) -> None:
		"""Single points of failure: the CIs whose failure alone costs most per hour."""
		from plant_itsm.services.impact import ImpactModel

		with connected(context) as ports:
			points = ImpactModel(ports.records).single_points_of_failure(ports.clock.now(), top)
		if as_json:
			click.echo(json.dumps([point.as_json() for point in points], indent=2, ensure_ascii=False))
			return
		for point in points:
			cost = f"{point.risk.cost_per_hour} per hour" if point.risk.cost_per_hour else "not priced"
			redundancy = f" ({'; '.join(point.redundancy)})" if point.redundancy else ""
			click.echo(
				f"{point.ci}: {cost}, {len(point.risk.stops)} line(s) stopped,"
				f" {len(point.risk.degraded)} degraded{redundancy}"
			)
		if not points:
			click.echo("No CI stops or degrades a line by its failure alone.")

	return spof
