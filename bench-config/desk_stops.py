"""The line stops that the pictures show, on a site with the demo plant: one that has ended and one that is open.

usage: desk_stops.py SITE, with the bench's Python in its folder sites. Signals go through the drain and its outbox;
only broker and server are left out. Does nothing where SW-L3-043 is lost already.
"""

from __future__ import annotations

import sys

import frappe

from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ports import Ports
from plant_itsm.services import outbox
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel

ROBOT, SWITCH = "demo-plant/final-assembly/assembly-line-3/AR-042/status", "ns=2;s=SW-L3-043.Reachable"
SIGNALS = (
	("Cell Broker", ROBOT, b'{"state": "OFFLINE"}'),
	("Cell Broker", ROBOT, b'{"state": "RUNNING"}'),
	("Line Controller", SWITCH, b"true"),
	("Line Controller", SWITCH, b"false"),
)


def take(ports: Ports, connection: str, address: str, payload: bytes) -> None:
	"""As if the signal had come at the end of the connection's stream."""
	drain = ConnectionDrain(ports, connection, ImpactModel(ports.records))
	milliseconds, _, sequence = drain.cursor.partition("-")
	place = f"{milliseconds}-{int(sequence) + 1}"
	signal = RawSignal(address, payload, ports.clock.now())
	for stop in drain.process([StreamedSignal(place, signal)]):
		outbox.deliver(ports, stop)


def main(site: str) -> None:
	with frappe.init_site(site):
		frappe.connect()
		ports = site_ports()
		if not ports.records.count("Line Stop", {"root_ci": "SW-L3-043", "status": "Open"}):
			for signal in SIGNALS:
				take(ports, *signal)


if __name__ == "__main__":
	main(sys.argv[1])
