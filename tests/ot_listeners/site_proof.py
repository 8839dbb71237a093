"""An incident on a real site by each of two sources that are not ours: a Sparkplug edge node on pysparkplug, and an
OPC UA server with Alarms & Conditions on node-opcua.

`python -m tests.ot_listeners.site_proof --site SITE` with the bench's Python in its folder sites: what
`bench-config/site-proof` does. Needs mosquitto, node and npm, and no drain of the site running
elsewhere. What it makes has names with a prefix and goes at the end.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import frappe
from asyncua import Client, ua

from plant_itsm.domain.vocabulary import OutboxStatus
from plant_itsm.embedded.child_process import ChildProcess, free_port
from plant_itsm.embedded.mqtt_broker import mqtt_broker
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.browsing import BrowseLimits, browse
from plant_itsm.ot_listeners.status import status
from plant_itsm.ports import Ports
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.tests.site_case import remove_named

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plant_itsm-tests"
NODE_OPCUA, PYSPARKPLUG = "node-opcua-server@2.186.4", "pysparkplug>=0.6,<0.7"
NODE = "Final Assembly/Edge 3"
SPARKPLUG_ROBOT, ALARM_ROBOT = "AR-042", "AR-051"
WAIT_SECONDS, LOOK_SECONDS = 30, 0.05
TICKET_FIELDS = (
	"name",
	"subject",
	"priority",
	"plant_root_ci",
	"plant_units_per_shift",
	"plant_cost_per_hour",
	"plant_currency",
)


def foreign_python() -> Path:
	"""A Python with pysparkplug, which needs a paho-mqtt below 2: an environment of its own, kept between runs."""
	folder = CACHE / "pysparkplug"
	python, done = folder / "bin" / "python", folder / "installed"
	if not done.exists():
		venv.create(folder, clear=True, with_pip=True)
		subprocess.run([str(python), "-m", "pip", "install", "--quiet", PYSPARKPLUG], check=True)
		done.touch()
	return python


def node_modules() -> Path:
	"""The packages of node-opcua, kept between runs."""
	folder = CACHE / NODE_OPCUA.replace("@", "-")
	if not (folder / "complete").exists():
		folder.mkdir(parents=True, exist_ok=True)
		install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), NODE_OPCUA]
		subprocess.run(install, check=True, cwd=folder, stdout=subprocess.DEVNULL)
		(folder / "complete").touch()
	return folder / "node_modules"


class Edge:
	"""The foreign edge node: one order per line."""

	def __init__(self, port: int):
		command = [str(foreign_python()), str(HERE / "sparkplug_edge_node.py"), str(port)]
		self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
		assert self._process.stdout is not None
		assert self._process.stdout.readline().strip() == "online"

	def set(self, state: str) -> None:
		assert self._process.stdin is not None
		self._process.stdin.write(f"set {state}\n")
		self._process.stdin.flush()

	def kill(self) -> None:
		self._process.kill()
		self._process.communicate()


class Controller:
	"""The foreign server, in the hands of a person with a client of their own."""

	def __init__(self, folder: Path, stack: ExitStack):
		port = free_port()
		self.url = f"opc.tcp://127.0.0.1:{port}/plant/"
		command = ["node", str(HERE / "alarm_server.js"), str(port), str(folder), ALARM_ROBOT]
		log = folder / "node-opcua.log"
		process = ChildProcess("node-opcua", command, log, environment={"NODE_PATH": str(node_modules())})
		stack.enter_context(process)
		process.wait_until(lambda: "ready" in log.read_text(), WAIT_SECONDS)

	def turn(self, torque: float) -> None:
		async def write() -> None:
			async with Client(self.url) as client:
				node = client.get_node(f"ns=1;s={ALARM_ROBOT}.Torque")
				await node.write_value(ua.Variant(torque, ua.VariantType.Double))

		asyncio.run(write())


class Proof:
	"""Two connections with a rule each on the connected site, and what comes of their signals."""

	def __init__(self, ports: Ports, prefix: str):
		self.ports, self.prefix = ports, prefix
		self.sparkplug, self.alarms = f"{prefix} Sparkplug", f"{prefix} Alarms"

	def prepare(self, mqtt_port: int, url: str) -> None:
		load_plant(self.ports.records, plant_folder("seed"))
		spark = {"protocol": "MQTT", "host": "127.0.0.1", "port": mqtt_port, "use_tls": False}
		opcua = {
			"protocol": "OPC UA",
			"endpoint_url": url,
			"security_policy": "None",
			"security_mode": "None",
		}
		with self.ports.records.transaction():
			self._connect(
				self.sparkplug, {**spark, "payload_format": "Sparkplug B", "sparkplug_rebirth_allowed": True}
			)
			self._connect(self.alarms, opcua)
			self._rule(self.sparkplug, f"{NODE}/{SPARKPLUG_ROBOT}/State", SPARKPLUG_ROBOT, "OFFLINE")
			address = f"alarms(i=2253)/1:Robot {ALARM_ROBOT}/Overload"
			self._rule(self.alarms, address, ALARM_ROBOT, "true")

	def _connect(self, name: str, values: dict[str, Any]) -> None:
		self.ports.records.insert("OT Connection", {"connection_name": name, "enabled": True, **values})

	def _rule(self, connection: str, address: str, ci: str, value: str) -> None:
		rule = {"rule_name": f"{connection} rule", "connection": connection, "address": address, "ci": ci}
		compare = {"condition": "=", "condition_value": value, "event_kind": "Line Stop"}
		self.ports.records.insert("Signal Rule", {**rule, **compare})

	def wait_for_listeners(self) -> None:
		def all_connected() -> bool:
			found = status(self.ports)
			states = {one.connection: one.state for one in found.connections}
			return found.drains and all(states[name] == "connected" for name in (self.sparkplug, self.alarms))

		wait_until("both listeners and the drain", all_connected)

	def show_status(self) -> None:
		for one in status(self.ports).connections:
			if one.connection in (self.sparkplug, self.alarms):
				counts = f"received {one.received}, events {one.events}, suppressed {one.suppressed}"
				print(
					f"{one.connection}: {one.state} {one.detail}; {counts}, dead letters {one.dead_lettered}"
				)

	def show_events(self) -> None:
		for connection in (self.sparkplug, self.alarms):
			for event in self.ports.records.find(
				"OT Signal Event", {"connection": connection}, order_by="creation"
			):
				told = " ".join(filter(None, (event["transition"], event["value"], event["remark"])))
				print(f"{event['received_time']:%H:%M:%S.%f} {event['address']}: {told}")

	def incident(self, ci: str, begin: Callable[[], None]) -> dict[str, Any]:
		"""Let it begin; the ticket that comes of it, with the seconds that it took."""
		stops = [row["name"] for row in self._stops(ci)]
		started = time.monotonic()
		begin()
		sought = {"plant_root_ci": ci, "plant_line_stop": ("not in", stops)}
		wait_until(f"a ticket for {ci}", lambda: frappe.db.exists("HD Ticket", sought))
		seconds = time.monotonic() - started
		wait_until("an empty outbox", lambda: not frappe.db.exists("Outbox Entry", _PENDING))
		(ticket,) = frappe.get_all("HD Ticket", filters=sought, fields=[*TICKET_FIELDS, "plant_line_stop"])
		return {**ticket, "seconds": seconds}

	def end(self, ticket: dict[str, Any], do: Callable[[], None]) -> dict[str, Any]:
		do()
		stop = ticket["plant_line_stop"]
		wait_until(f"the end of {stop}", lambda: frappe.db.get_value("Line Stop", stop, "status") == "Ended")
		fields = ("name", "duration_seconds", "cost", "currency", "cost_explanation")
		return dict(frappe.db.get_value("Line Stop", stop, fields, as_dict=True))

	def _stops(self, ci: str) -> list[dict[str, Any]]:
		return self.ports.records.find("Line Stop", {"root_ci": ci})


_PENDING = {"status": OutboxStatus.PENDING.value}


def wait_until(what: str, there: Callable[[], object]) -> None:
	give_up_at = time.monotonic() + WAIT_SECONDS
	while True:
		frappe.db.rollback()  # a new snapshot
		if there():
			return
		if time.monotonic() > give_up_at:
			raise click.ClickException(f"{what}: not within {WAIT_SECONDS} s")
		time.sleep(LOOK_SECONDS)


def start_processes(proof: Proof, folder: Path, stack: ExitStack) -> None:
	"""Listeners and drain in the foreground, as a Procfile runs them, and a worker for deliveries. On a bench with many
	sites workers of the queue `ot` would take the listeners of all of them."""
	frappe_command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe"]
	plant_itsm = [*frappe_command, "--site", frappe.local.site, "plant-itsm"]
	commands = {
		"listener of the edge node": [*plant_itsm, "listen", proof.sparkplug],
		"listener of the alarms": [*plant_itsm, "listen", proof.alarms],
		"drain": [*plant_itsm, "drain"],
		"deliveries": [*frappe_command, "worker", "--queue", "short"],
	}
	for name, command in commands.items():
		stack.enter_context(ChildProcess(name, command, folder / f"{name}.log"))


def run(folder: Path) -> None:
	"""Print what is seen; an AssertionError when it is not what the plant's model says."""
	proof = Proof(site_ports(), f"Proof{secrets.token_hex(3)}")
	with ExitStack() as stack:
		broker = stack.enter_context(mqtt_broker(folder / "broker", folder))
		controller = Controller(folder, stack)
		edge = Edge(broker.port)
		stack.callback(edge.kill)
		stack.callback(remove, proof)
		proof.prepare(broker.port, controller.url)
		start_processes(proof, folder, stack)
		proof.wait_for_listeners()
		proof.show_status()
		tickets = [
			proof.incident(SPARKPLUG_ROBOT, lambda: edge.set("OFFLINE")),
			proof.incident(ALARM_ROBOT, lambda: controller.turn(70.0)),
		]
		show_tickets(tickets)
		connection = proof.ports.records.get("OT Connection", proof.alarms)
		assert connection is not None
		for line in browse(proof.ports, connection, "alarms(i=2253)", BrowseLimits()).lines():
			print(line)
		ended = [
			proof.end(tickets[0], lambda: edge.set("RUNNING")),
			proof.end(tickets[1], lambda: controller.turn(10.0)),
		]
		for stop in ended:
			print(
				f"{stop['name']}: ended after {stop['duration_seconds']:.3f} s, {stop['cost']} {stop['currency']}"
			)
			print(f"  {stop['cost_explanation']}")
		proof.show_events()
		proof.show_status()
	for ticket in tickets:
		assert (ticket["priority"], ticket["plant_units_per_shift"]) == ("P1", 240), ticket
		assert (str(ticket["plant_cost_per_hour"]), ticket["plant_currency"]) in _PRICES, ticket


_PRICES = (("3800.0", "EUR"), ("3800.00", "EUR"))


def show_tickets(tickets: list[dict[str, Any]]) -> None:
	for ticket in tickets:
		values = " | ".join(str(ticket[field]) for field in TICKET_FIELDS)
		print(f"| {values} | after {ticket['seconds'] * 1000:.0f} ms |")


def remove(proof: Proof) -> None:
	"""Listeners whose connection is disabled end by themselves; then everything goes."""
	frappe.db.rollback()
	for name in (proof.sparkplug, proof.alarms):
		proof.ports.records.update("OT Connection", name, {"enabled": False})
	remove_named(proof.prefix)
	frappe.db.commit()


@click.command()
@click.option("--site", required=True)
def main(site: str) -> None:
	os.environ.pop("CI", None)  # with it, Frappe's workers run jobs as if in a test
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as folder, frappe.init_site(site):
		frappe.connect()
		try:
			run(Path(folder))
		except BaseException:
			for log in sorted(Path(folder).glob("*.log")):
				print(f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-15:], sep="\n")
			raise


if __name__ == "__main__":
	main()
