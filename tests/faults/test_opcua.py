"""The link to an OPC UA server is cut, and the server is started anew."""

import asyncio
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from asyncua import ua

from tests.faults.ledger import count_events, count_stops, settled, take_counts
from tests.faults.plants import CONTROLLER, counter_node, machine, status_node
from tests.faults.runs import machines_for
from tests.faults.site import pause
from tests.faults.traffic import Message, Traffic, expected, parts
from tests.servers import CutLink, OpcUaServer

SENTINEL_NODE = "ns=2;s=Sentinel"


class BurstServer(OpcUaServer):
	"""Takes a whole run of messages at once: asking its thread for each would take most of the time."""

	def write_all(self, messages):
		"""Write them in order, each with the time of now; they come back with that time."""

		async def write():
			written = []
			for number, message in enumerate(messages):
				at = datetime.now(timezone.utc)
				node_id = ua.NodeId.from_string(message.address)
				value = ua.DataValue(ua.Variant(message.value), SourceTimestamp=at)
				await self._server.write_attribute_value(node_id, value)
				written.append(replace(message, source_time=at))
				if number % 50 == 0:
					await asyncio.sleep(0)  # lets the server publish
			return written

		return self._loop.run(write(), timeout=120)


class Controller:
	"""An OPC UA server whose nodes say what the messages say."""

	def __init__(self, machines):
		self.machines = machines
		self.server = BurstServer()
		nodes = [node for n in range(machines) for node in (status_node(n), counter_node(n))]
		self.names = [node.removeprefix("ns=2;s=") for node in nodes]
		self.sent = []
		for name in self.names:
			self.server.add(name, 0 if name.endswith("Counter") else "RUNNING")
		self.server.add("Sentinel", "start")
		self.server.start()

	def send(self, messages):
		self.sent += self.server.write_all(messages)
		return self.sent[-1]

	def restart(self, link):
		"""The values stay, as in a controller with a battery; sessions, subscriptions and queues are gone."""
		link.cut()  # a server that stops in good order would wait for its clients
		self.server.stop()
		for message in self.sent:
			self.server.add(message.address.removeprefix("ns=2;s="), message.value)
		self.server.start()
		link.mend()

	def first_values(self):
		"""What the nodes held before the first message."""
		start = datetime.fromtimestamp(0, timezone.utc)
		states = [Message(status_node(n), "RUNNING", start, machine(n)) for n in range(self.machines)]
		counters = [Message(counter_node(n), 0, start) for n in range(self.machines)]
		return [*states, *counters, Message(SENTINEL_NODE, "start", start)]


@pytest.fixture
def controller(scale):
	controller = Controller(machines_for(scale.signals))
	yield controller
	controller.server.close()


def traffic_of(scale):
	return Traffic(scale.seed, machines_for(scale.signals), status_node, counter_node)


def listen(site, controller, link):
	"""By way of the link, until every node is monitored: each tells its value once."""
	site.run(endpoint_url=controller.server.url.replace(str(controller.server.port), str(link.port)))
	wait_for_nodes(site, controller, 0)


def wait_for_nodes(site, controller, before):
	site.wait_for_received(CONTROLLER, before + len(controller.names) + 1)


def close_books(site, controller, tally):
	last = controller.send([Message(SENTINEL_NODE, "end", datetime.now(timezone.utc))])
	settled(site, CONTROLLER, last.identity)
	wanted = expected(controller.first_values() + controller.sent)
	count_events(tally, site.records, CONTROLLER, wanted)
	count_stops(tally, site.records, wanted)
	take_counts(tally, site, CONTROLLER)
	tally.check()


@pytest.fixture
def link(controller):
	link = CutLink(controller.server.port)
	yield link
	link.stop()


def test_opcua_link_cut(fault_site, scale, tally, controller, link):
	cuts = [3, scale.long(3, 30)] if scale.is_full else [2]
	site = fault_site(machines_for(scale.signals))
	listen(site, controller, link)
	first, *others = parts(traffic_of(scale).messages(scale.signals), 1 + len(cuts))
	controller.send(first)
	for seconds, part in zip(cuts, others, strict=True):
		half = len(part) // 2
		controller.send(part[:half])
		link.cut()
		controller.send(part[half:])
		pause(seconds)
		link.mend()
		site.wait_for_listener(CONTROLLER)
	tally.note = f"cut for {' s, '.join(map(str, cuts))} s"
	close_books(site, controller, tally)


def test_opcua_server_restarted(fault_site, scale, tally, controller, link):
	"""What it had not published when it went down is lost with it; here all of it had been."""
	site = fault_site(machines_for(scale.signals))
	listen(site, controller, link)
	for number, part in enumerate(parts(traffic_of(scale).messages(scale.signals), 2)):
		if number:
			before = site.counts(CONTROLLER)["received"]
			controller.restart(link)
			wait_for_nodes(site, controller, before)
		mark = controller.send([*part, Message(SENTINEL_NODE, f"part {number}", datetime.now(timezone.utc))])
		settled(site, CONTROLLER, mark.identity)
	tally.note = "1 restart"
	close_books(site, controller, tally)
