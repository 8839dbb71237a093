"""The line stops that the pictures show, on a site with the demo plant: one that people have dealt with, with a review,
and one that is open since some minutes.

usage: desk_stops.py SITE, with the bench's Python in its folder sites. Signals go through the drain and its outbox,
people's reports through the services, all at set times; only broker and server are left out. Does nothing where
SW-L3-043 is lost already.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import frappe

from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.remote_diagnosis import diagnose
from plant_itsm.ports import Ports
from plant_itsm.services import outbox, response
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel

ROBOT, SWITCH = "demo-plant/final-assembly/assembly-line-3/AR-042/status", "ns=2;s=SW-L3-043.Reachable"
TECHNICIAN, MANAGER = "romy.robotics@demo-plant.example", "petra.production@demo-plant.example"
ENDED_MINUTES_AGO, OPEN_MINUTES_AGO = 190, 12
MOMENT = 1 / 60
FINDINGS = {
	"root_cause": "The connector of the motor cable of axis 4 had worked loose.",
	"failure_mode": "UST Spurious stop",
	"failure_mechanism": "M4.2 Open circuit",
	"failure_cause": "C3.3 Maintenance error",
	"detection_method": "D6 Continuous condition monitoring",
}


@dataclass
class SetClock:
	moment: datetime

	def now(self) -> datetime:
		return self.moment

	def move(self, minutes: float) -> None:
		self.moment += timedelta(minutes=minutes)


class Story:
	"""What happens, with a clock that begins so many minutes ago."""

	def __init__(self, ports: Ports, minutes_ago: float):
		self.clock = SetClock(ports.clock.now() - timedelta(minutes=minutes_ago))
		self.ports = replace(ports, clock=self.clock)

	def signal(self, connection: str, address: str, payload: bytes) -> str | None:
		"""As if it had come at the end of the connection's stream. Returns the stop that it opens or ends, if any."""
		drain = ConnectionDrain(self.ports, connection, ImpactModel(self.ports.records))
		milliseconds, _, sequence = drain.cursor.partition("-")
		place = f"{milliseconds}-{int(sequence) + 1}"
		signal = StreamedSignal(place, RawSignal(address, payload, self.clock.now()))
		self.clock.move(MOMENT)
		stops = drain.process([signal])
		self.clock.move(MOMENT)
		for stop in stops:
			outbox.deliver(self.ports, stop)
		return next(iter(stops), None)

	def robot_fails_and_is_repaired(self) -> None:
		stop = self.signal("Cell Broker", ROBOT, b'{"state": "OFFLINE"}')
		assert stop is not None
		self.clock.move(0.2)
		diagnose(self.ports, stop)
		for minutes, report in (
			(2.4, lambda: response.report(self.ports, stop, Stage.ACKNOWLEDGED, MANAGER)),
			(4.6, lambda: response.dispatch(self.ports, stop, MANAGER, technician=TECHNICIAN)),
			(11.3, lambda: response.report(self.ports, stop, Stage.REPAIRING, TECHNICIAN)),
			(3, lambda: response.estimate_repair(self.ports, stop, TECHNICIAN, 180)),
		):
			self.clock.move(minutes)
			with self.ports.records.transaction():
				report()
		self.clock.move(52)
		self.signal("Cell Broker", ROBOT, b'{"state": "RUNNING"}')
		self.clock.move(15)
		with self.ports.records.transaction():
			response.review(self.ports, stop, MANAGER, FINDINGS)

	def switch_is_lost(self) -> None:
		self.signal("Line Controller", SWITCH, b"true")
		self.clock.move(0.1)
		stop = self.signal("Line Controller", SWITCH, b"false")
		assert stop is not None
		self.clock.move(0.2)
		diagnose(self.ports, stop)


def main(site: str) -> None:
	with frappe.init_site(site):
		frappe.connect()
		ports = site_ports()
		if not ports.records.count("Line Stop", {"root_ci": "SW-L3-043", "status": "Open"}):
			Story(ports, ENDED_MINUTES_AGO).robot_fails_and_is_repaired()
			Story(ports, OPEN_MINUTES_AGO).switch_is_lost()


if __name__ == "__main__":
	main(sys.argv[1])
