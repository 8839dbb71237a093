"""`bench --site SITE plant-itsm record | replay | doctor | browse | dead-letters`.

bench runs a command in the folder sites, so a relative PATH is relative to that.
"""

from __future__ import annotations

import getpass
import json
import signal
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import click
import frappe
from frappe.commands import pass_context

from plant_itsm.ports import Ports

Connected = Callable[[frappe._dict], AbstractContextManager[Ports]]


def signal_commands(connected: Connected) -> list[click.Command]:
	"""The commands, on the site that `connected` opens for a block."""
	return [
		_record(connected),
		_replay(connected),
		_doctor(connected),
		_browse(connected),
		_dead_letters(connected),
	]


def _echo(lines: Iterable[str]) -> None:
	for line in lines:
		click.echo(line)


def _record(connected: Connected) -> click.Command:
	@click.command("record")
	@click.argument("connection")
	@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
	@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long.")
	@click.option("--signals", type=click.IntRange(min=1), help="End after so many signals.")
	@click.option(
		"--address", "addresses", multiple=True, help="A topic filter or node id beside the rules'."
	)
	@click.option("--from-stream", is_flag=True, help="Take what waits in the Redis stream now.")
	@pass_context
	def record(
		context: frappe._dict,
		connection: str,
		out: Path,
		seconds: float | None,
		signals: int | None,
		addresses: tuple[str, ...],
		from_stream: bool,
	) -> None:
		"""Record the signals of an OT Connection until Ctrl-C; its listener goes on undisturbed."""
		from plant_itsm.ot_listeners.recording import Limits, record_to_file

		stop = threading.Event()
		for number in (signal.SIGINT, signal.SIGTERM):
			signal.signal(number, lambda *_: stop.set())
		limits = Limits(seconds, signals, lambda: not stop.is_set())
		with connected(context) as ports:
			written = record_to_file(
				ports, connection, out, limits, addresses=addresses, from_stream=from_stream, tell=_tell
			)
		click.echo(f"{out.resolve()}: {written} signals")

	return record


def _tell(text: str) -> None:
	click.echo(text, err=True)


def _replay(connected: Connected) -> click.Command:
	@click.command("replay")
	@click.argument("recording", type=click.Path(path_type=Path))
	@click.option("--connection", metavar="NAME", help="Judge by the rules of this OT Connection.")
	@click.option(
		"--rule", "rules", multiple=True, metavar="NAME", help="Try this rule, even if it is disabled."
	)
	@click.option("--changes", is_flag=True, help="Leave out what changed nothing.")
	@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
	@pass_context
	def replay(
		context: frappe._dict,
		recording: Path,
		connection: str | None,
		rules: tuple[str, ...],
		changes: bool,
		as_json: bool,
	) -> None:
		"""Run a recording through the site's rules: each decision with its reason, the incidents. Writes nothing."""
		from plant_itsm.services.replay import replay_file

		with connected(context) as ports:
			result = replay_file(ports, recording, connection=connection, rules=rules)
		if as_json:
			click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
		else:
			_echo(result.lines(with_unchanged=not changes))

	return replay


def _doctor(connected: Connected) -> click.Command:
	@click.command("doctor")
	@click.argument("connection", required=False)
	@click.option(
		"--mosquitto-conf",
		type=click.Path(path_type=Path),
		help="The broker's own settings, or a copy: its limits do not show over the network.",
	)
	@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
	@pass_context
	def doctor(
		context: frappe._dict, connection: str | None, mosquitto_conf: Path | None, as_json: bool
	) -> None:
		"""Look for what loses signals, at one OT Connection or at everything. Exit code 1 when there is an error."""
		from plant_itsm.frappe_site.doctor_site import doctor_site
		from plant_itsm.ot_listeners.doctor.examination import examine
		from plant_itsm.ot_listeners.doctor.findings import has_errors, report_lines

		with connected(context) as ports:
			findings = examine(ports, doctor_site(), connection, mosquitto_conf)
		if as_json:
			click.echo(json.dumps([finding.as_json() for finding in findings], indent=2, ensure_ascii=False))
		else:
			_echo(report_lines(findings))
		raise SystemExit(1 if has_errors(findings) else 0)

	return doctor


def _browse(connected: Connected) -> click.Command:
	@click.command("browse")
	@click.argument("connection")
	@click.option("--under", help="A node id, or a topic filter; a topic stands for all below it.")
	@click.option(
		"--depth", type=click.IntRange(1, 20), default=3, show_default=True, help="Levels of a tree."
	)
	@click.option("--items", type=click.IntRange(1, 10_000), default=500, show_default=True, help="At most.")
	@click.option(
		"--seconds", type=click.FloatRange(0.1, 600), default=3.0, show_default=True, help="At a broker."
	)
	@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
	@pass_context
	def browse(
		context: frappe._dict,
		connection: str,
		under: str | None,
		depth: int,
		items: int,
		seconds: float,
		as_json: bool,
	) -> None:
		"""What an OT Connection offers: the tree of a server, or the topics of a broker with their last values."""
		from plant_itsm.ot_listeners.browsing import BrowseLimits
		from plant_itsm.ot_listeners.browsing import browse as look
		from plant_itsm.ot_listeners.recording import connection_named

		with connected(context) as ports:
			limits = BrowseLimits(depth, items, seconds)
			found = look(ports, connection_named(ports.records, connection), under, limits)
		if as_json:
			click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
		else:
			_echo(found.lines())

	return browse


def _dead_letters(connected: Connected) -> click.Command:
	@click.command("dead-letters")
	@click.argument("names", nargs=-1)
	@click.option("--connection", metavar="NAME", help="Those of one OT Connection.")
	@click.option("--replay", "is_replayed", is_flag=True, help="Put the signals into the stream once more.")
	@pass_context
	def dead_letters(
		context: frappe._dict, names: tuple[str, ...], connection: str | None, is_replayed: bool
	) -> None:
		"""Signals that nothing could be done with, and why; all that were not replayed yet, or those with these NAMES.

		With --replay they are judged once more, as after a rule was put right.
		"""
		from plant_itsm.ot_listeners.dead_letter_replay import replay_dead_letters
		from plant_itsm.services.dead_letters import letter_line, letters_to_replay

		with connected(context) as ports:
			letters = letters_to_replay(ports.records, names, connection)
			if is_replayed:
				request = replay_dead_letters(
					ports, [letter["name"] for letter in letters], getpass.getuser()
				)
				lines = list(request.lines())
			else:
				lines = [letter_line(letter) for letter in letters]
		_echo(lines or ["no dead letters"])

	return dead_letters
