"""Forty robots behind the switch of the seed, on its three lines, each with a signal of its own."""

from __future__ import annotations

from tests.services.conftest import SW

ROBOTS = [f"R-{n:02}" for n in range(40)]
LINES = [f"Assembly Line {n}" for n in (3, 4, 5)]
SWITCH = "SW-L3-043"


def add_robots(records):
	with records.transaction():
		for n, robot in enumerate(ROBOTS):
			place = {"plant_site": "Demo Plant", "production_line": LINES[n % 3], "line_effect": "Stops Line"}
			records.insert("OT CI", {"ci_name": robot, "ci_class": "Assembly Robot", **place})
			records.insert(
				"Signal Rule",
				{
					"rule_name": f"{robot} offline",
					"connection": "Cell Broker",
					"address": f"cell/{robot}/status",
					"value_path": "state",
					"ci": robot,
					"event_kind": "Line Stop",
					"condition": "=",
					"condition_value": "OFFLINE",
				},
			)
		segment = records.get("Network Segment", "VLAN 143")
		members = [*segment["members"], *({"ci": robot, "role": "Device"} for robot in ROBOTS)]
		records.update("Network Segment", "VLAN 143", {"members": members})


class Cell:
	"""The seed's plant with the robots. Robots report over MQTT, the switch over OPC UA: two drains."""

	def __init__(self, plant):
		self.plant = plant
		self.records = plant.records
		self.robots = plant.drain()
		self.switch = plant.drain("Line Controller")

	def signal(self, ci, up, at=None):
		"""A signal of a robot or of the switch."""
		if ci == SWITCH:
			return self.plant.streamed(SW, "true" if up else "false", source_time=at or self.now())
		return self.plant.state("RUNNING" if up else "OFFLINE", f"cell/{ci}/status", at or self.now())

	def now(self):
		return self.plant.clock.moment

	def report(self, *cis, up=False, deliver=True):
		"""Signals of several CIs, all of the robots in one batch; then everything that follows."""
		batches = {
			self.robots: [ci for ci in cis if ci != SWITCH],
			self.switch: [ci for ci in cis if ci == SWITCH],
		}
		posted = []
		for drain, named in batches.items():
			if named:
				posted += drain.process([self.signal(ci, up) for ci in named])
		if deliver:
			self.plant.deliver(posted)
		return posted

	def wait(self, seconds):
		"""Let time pass for both drains."""
		self.plant.clock.move(seconds)
		for drain in (self.robots, self.switch):
			self.plant.deliver(drain.pass_time())

	def stop_of(self, ci):
		(stop,) = self.records.find("Line Stop", {"root_ci": ci})
		return self.records.get("Line Stop", stop["name"])

	def incidents(self):
		"""The open stops that are incidents of their own."""
		stops = self.records.find("Line Stop", {"status": "Open"})
		return [self.records.get("Line Stop", stop["name"]) for stop in stops if not stop["parent_stop"]]

	def parts_of(self, ci):
		root = self.stop_of(ci)["name"]
		return sorted(stop["root_ci"] for stop in self.records.find("Line Stop", {"parent_stop": root}))

	def open_tickets(self):
		return self.records.find("HD Ticket", {"status": "Open"})

	def comments_on(self, ticket):
		rows = self.records.find(
			"HD Ticket Comment", {"reference_ticket": ticket["name"]}, order_by="creation"
		)
		return [row["content"] for row in rows]


def settings(records, **values):
	records.update("Plant ITSM Settings", "Plant ITSM Settings", values)
