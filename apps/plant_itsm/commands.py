"""`bench --site SITE plant-itsm ...`: the same operations as the embedded edition's command, on a Frappe site."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import frappe
import redis
from frappe.commands import get_site, pass_context

from plant_itsm.domain.errors import PlantItsmError, StoreUnavailableError
from plant_itsm.frappe_site.cost_commands import cost_commands
from plant_itsm.frappe_site.impact_commands import impact_commands
from plant_itsm.frappe_site.inventory_commands import inventory_commands
from plant_itsm.frappe_site.plant_commands import plant_commands
from plant_itsm.frappe_site.signal_commands import signal_commands
from plant_itsm.ot_listeners.json_logs import set_up_logs

if TYPE_CHECKING:
	from plant_itsm.ports import Ports

if {"worker", "worker-pool"} & set(sys.argv):
	# A worker loads the commands of all apps and then forks for each job: what is imported here, no job has to import.
	import plant_itsm.frappe_site.site
	import plant_itsm.ot_listeners.jobs

log = logging.getLogger(__name__)


@click.group("plant-itsm")
def plant_itsm() -> None:
	"""Line stops of a factory: listeners, plants, impact."""


@contextmanager
def _connected(context: frappe._dict) -> Iterator[Ports]:
	"""The ports of the site of a command; an error that is meant for a person ends the command with its text."""
	from plant_itsm.frappe_site.site import site_ports

	try:
		with frappe.init_site(get_site(context)):
			frappe.connect()
			yield site_ports()
	except PlantItsmError as error:
		click.secho(str(error), fg="red", err=True)
		sys.exit(1)


@plant_itsm.command("listen")
@click.argument("connection")
@pass_context
def listen(context: frappe._dict, connection: str) -> None:
	"""Listen to one OT Connection in the foreground until SIGTERM or Ctrl-C; for a Procfile, supervisor or systemd."""
	from plant_itsm.ot_listeners.jobs import listen as run_listener

	with _connected(context) as ports:
		_again_until_stopped(lambda is_wanted: run_listener(ports, connection, is_wanted))


@plant_itsm.command("drain")
@pass_context
def drain(context: frappe._dict) -> None:
	"""Judge what the listeners receive, in the foreground until SIGTERM or Ctrl-C."""
	from plant_itsm.ot_listeners.jobs import drain as run_drain

	with _connected(context) as ports:
		_again_until_stopped(lambda is_wanted: run_drain(ports, is_wanted))


def _again_until_stopped(run: Callable[[Callable[[], bool]], None]) -> None:
	"""Run a leased job again and again until SIGTERM or Ctrl-C: its term ends, others may have the lease, and database
	or Redis may be away for a while."""
	set_up_logs()
	stop = threading.Event()
	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, lambda *_: stop.set())
	while not stop.is_set():
		try:
			run(lambda: not stop.is_set())
		except (StoreUnavailableError, redis.ConnectionError, redis.TimeoutError) as error:
			log.warning("waiting: %s", error)
		stop.wait(1)


@plant_itsm.command("tick")
@pass_context
def tick(context: frappe._dict) -> None:
	"""Do now what the scheduler does each minute: start what does not run, carry out what is due."""
	from plant_itsm.ot_listeners.supervisor import tick as supervise

	with _connected(context) as ports:
		started = supervise(ports)
	click.echo(f"queued: {', '.join(started) or 'nothing, everything runs'}")


@plant_itsm.command("load-plant")
@click.argument("plant")
@pass_context
def load_plant(context: frappe._dict, plant: str) -> None:
	"""Load a shipped plant by its NAME, or a folder of CSV files or an .xlsx by its PATH, all or nothing."""
	from plant_itsm.services.plants import load_plant as load
	from plant_itsm.services.plants import plant_folder

	with _connected(context) as ports:
		click.echo(f"{plant}: {load(ports.records, plant_folder(plant))}")


@plant_itsm.command("impact")
@click.argument("cis", nargs=-1, required=True, metavar="CI...")
@click.option(
	"--at",
	metavar="MOMENT",
	help="If they failed then, for example 2026-06-02T06:00:00+02:00; in the past with the graph of that time.",
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@pass_context
def impact(context: frappe._dict, cis: tuple[str, ...], at: str | None, as_json: bool) -> None:
	"""Lines, units per shift and money per hour that hang on one or more failed CIs."""
	from plant_itsm.domain.schema import FieldMeta, parse_cell
	from plant_itsm.services.relation_history import impact_at

	with _connected(context) as ports:
		moment = parse_cell(FieldMeta("at", "Datetime"), at or "") or ports.clock.now()
		found = impact_at(ports.records, ports.clock, cis, moment)
	if as_json:
		click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
		return
	for line in found.lines:
		cost = f", {line.cost_per_hour} per hour" if line.cost_per_hour else ""
		click.echo(
			f"{line.line.name}: {line.state}, {line.units_blocked_per_shift} units per shift{cost} ({line.path})"
		)
	total = f", {found.cost_per_hour} per hour" if found.cost_per_hour else ""
	click.echo(f"{len(found.lines)} line(s), {found.units_per_shift} units per shift{total}")
	for reason in found.not_priced:
		click.echo(f"not priced: {reason}")


@plant_itsm.command("status")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@pass_context
def status(context: frappe._dict, as_json: bool) -> None:
	"""Whether listeners, drain, workers and scheduler run, what waits, and what is wrong with us."""
	from plant_itsm.frappe_site.doctor_site import queues
	from plant_itsm.ot_listeners.status import status as site_status
	from plant_itsm.ot_listeners.status_text import status_lines

	with _connected(context) as ports:
		found = site_status(ports, queues())
	if as_json:
		click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
	else:
		click.echo("\n".join(status_lines(found)))


for _command in (
	*cost_commands(_connected),
	*impact_commands(_connected),
	*inventory_commands(_connected),
	*plant_commands(_connected),
	*signal_commands(_connected),
):
	plant_itsm.add_command(_command)

commands = [plant_itsm]
