"""Alarms of a server of another make: node-opcua, with acknowledgement, confirmation and shelving as it does them.

Its packages are fetched with npm once, into the user's cache.
"""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from asyncua import Client, ua

from plant_itsm.domain.alarms import digest_of
from plant_itsm.domain.signals import StreamedSignal
from plant_itsm.ot_listeners.browsing import BrowseLimits, browse
from tests.ot_listeners.conftest import take
from tests.ot_listeners.test_opcua import record
from tests.ot_listeners.test_opcua_alarms import NOTIFIER, refreshes, told
from tests.servers import CutLink, ServerProcess
from tests.services.conftest import Plant

PACKAGES = ["node-opcua-server@2.186.4"]
OVERLOAD = "ns=1;s=AR-042.Overload"
SOURCE = "1:Robot AR-042"  # node-opcua puts the namespace before the name
ADDRESS = f"{NOTIFIER}/{SOURCE}/Overload/{OVERLOAD}"


@pytest.fixture(scope="session")
def node_modules():
	"""The folder of the packages; a skip where there is no npm, or no way to its registry."""
	npm, node = shutil.which("npm"), shutil.which("node")
	if npm is None or node is None:
		pytest.skip("npm and node are not installed")
	cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
	folder = cache / "plant_itsm-tests" / PACKAGES[0].replace("@", "-")
	if not (folder / "complete").exists():
		folder.mkdir(parents=True, exist_ok=True)
		install = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *PACKAGES]
		try:
			subprocess.run(install, check=True, capture_output=True, timeout=90, cwd=folder)
		except (subprocess.SubprocessError, OSError) as error:
			pytest.skip(f"npm cannot install {PACKAGES[0]}: {error}")
		(folder / "complete").touch()
	return folder / "node_modules"


class NodeOpcUaServer(ServerProcess):
	name = "node-opcua"
	ready_line = "ready"

	def __init__(self, folder, node_modules):
		super().__init__(folder)
		self._node_modules = node_modules
		self.url = f"opc.tcp://127.0.0.1:{self.port}/plant/"

	def command(self):
		script = Path(__file__).with_name("alarm_server.js")
		environment = f"NODE_PATH={self._node_modules}"
		return ["env", environment, "node", str(script), str(self.port), str(self.folder)]


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory, node_modules):
	running = NodeOpcUaServer(tmp_path_factory.mktemp("node"), node_modules)
	running.start()
	yield running
	running.kill()


@pytest.fixture
def server(shared_server):
	Operator(shared_server.url).turn(10)
	return shared_server


class Operator:
	"""A person at the robot with a client of their own."""

	def __init__(self, url):
		self._url = url

	def turn(self, torque):
		async def write(client):
			await client.get_node("ns=1;s=AR-042.Torque").write_value(ua.Variant(float(torque)))

		self._do(write)

	def call(self, *path, arguments=()):
		async def call(client):
			*objects, method = [f"0:{name}" for name in path]
			node = client.get_node(OVERLOAD)
			node = await node.get_child(objects) if objects else node
			await node.call_method(method, *arguments)

		self._do(call)

	def _do(self, work):
		async def session():
			async with Client(self._url, timeout=10) as client:
				await work(client)

		asyncio.run(session())


def last(signals, *names):
	documents = told(signals, *names)
	return documents[-1] if documents else None


def event_id(signals):
	return ua.Variant(bytes.fromhex(told(signals)[-1]["event_id"]), ua.VariantType.ByteString)


COMMENT = ua.Variant(ua.LocalizedText("seen"))


def test_what_an_operator_does_with_an_alarm_is_told(server, listen, client):
	operator = Operator(server.url)
	listen(record(server), {NOTIFIER})
	take(client, refreshes)
	operator.turn(70)
	found = take(client, lambda found: last(found, "active", "acked") == (True, False))
	assert found[-1].address == ADDRESS
	operator.call("Acknowledge", arguments=(event_id(found), COMMENT))
	found = take(client, lambda found: last(found, "active", "acked", "confirmed") == (True, True, False))
	operator.call("Confirm", arguments=(event_id(found), COMMENT))
	take(client, lambda found: last(found, "acked", "confirmed") == (True, True))
	operator.call("ShelvingState", "OneShotShelve")
	operator.turn(120)  # node-opcua tells of shelving with the next event
	take(client, lambda found: last(found, "active", "shelved") == (True, True))
	operator.call("ShelvingState", "Unshelve")
	operator.turn(70)
	take(client, lambda found: last(found, "active", "shelved") == (True, False))
	operator.turn(10)
	take(
		client,
		lambda found: last(found, "active", "retain") == (False, False) or last(found, "active") == (False,),
	)


def test_an_alarm_that_comes_and_goes_while_nobody_listens(server, listen, client, tmp_path):
	"""From the foreign server to the incident: raised before we came, cleared while the link was down."""
	operator = Operator(server.url)
	operator.turn(70)
	link = CutLink(server.port)
	plant = Plant(tmp_path / "plant.sqlite")
	try:
		running = listen(record(server, endpoint_url=f"opc.tcp://127.0.0.1:{link.port}/plant/"), {NOTIFIER})
		found = take(client, refreshes)
		assert refreshes(found) == [[digest_of(ADDRESS)]]
		assert last(found, "active") == (True,)
		link.cut()
		running.wait_for("connected", "lost")
		operator.turn(10)
		link.mend()
		found = take(client, lambda found: len(refreshes(found)) > 1, 30)
		assert last(found, "active") == (False,)
		assert_one_incident(plant, found)
	finally:
		link.stop()
		plant.records.close()


def assert_one_incident(plant, signals):
	rule = {
		"rule_name": "AR-042 overload",
		"connection": "Line Controller",
		"address": f"{NOTIFIER}/{SOURCE}",
		"ci": "AR-042",
		"event_kind": "Line Stop",
		"condition": "=",
		"condition_value": "true",
	}
	plant.records.insert("Signal Rule", rule)
	plant.clock.moment = signals[-1].received_time
	batch = [StreamedSignal(f"{number}-0", one) for number, one in enumerate(signals, 1)]
	plant.drain("Line Controller").process(batch)
	(stop,) = plant.records.find("Line Stop", {})
	assert (stop["status"], stop["root_ci"], stop["onset"]) == ("Ended", "AR-042", signals[0].source_time)
	assert json.loads(signals[0].payload)["severity"] > 0


def test_conditions_are_found_before_they_are_ever_active(server, tmp_path):
	"""The server shows their nodes, with the names that its events have."""
	plant = Plant(tmp_path / "plant.sqlite")
	connection = {**record(server), "name": "Line Controller", "protocol": "OPC UA"}
	try:
		found = browse(plant.ports, connection, NOTIFIER, BrowseLimits())
		calm = {item.address: item for item in found.items}[f"{NOTIFIER}/{SOURCE}/Overload"]
		assert (calm.kind, calm.value) == ("alarm condition", "not active")
		Operator(server.url).turn(70)
		found = browse(plant.ports, connection, NOTIFIER, BrowseLimits())
		assert {item.address: item.value for item in found.items}[calm.address].startswith(
			"active, severity "
		)
	finally:
		plant.records.close()
