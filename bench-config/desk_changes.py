"""The changes that the pictures show, on a site with the demo plant: its windows of the coming weeks, two freezes, and
four requests on their way.

usage: desk_changes.py SITE, with the bench's Python in its folder sites. Does nothing where they are there already.
"""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta

import frappe

from plant_itsm.domain.change_words import ChangeStatus
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.frappe_site.values import system_zone
from plant_itsm.ports import Ports, Record

SITE, LINE = "Demo Plant", "Assembly Line 3"
PLC, SWITCH, SERVER = "AR-042-PLC", "SW-L3-043", "OPCUA-L3"
FIRMWARE = "Firmware V2.9 of the PLC of AR-042"
ROMY, INGO = "romy.robotics@demo-plant.example", "ingo.it@demo-plant.example"
CLARA = "clara.change@demo-plant.example"
DAY = timedelta(days=1)
SATURDAY = 5
S = ChangeStatus
WINDOWS = (
	("Saturday shutdown", "Plant Shutdown", SATURDAY, time(6), 12, "FREQ=WEEKLY"),
	("Night", "Off-Peak Hours", 0, time(1), 3, "FREQ=DAILY"),
	("Wednesday evening", "Maintenance Window", 2, time(20), 4, "FREQ=WEEKLY"),
	("Sunday", "Weekend Maintenance", 6, time(8), 10, "FREQ=WEEKLY"),
)
"""Name, kind, weekday of the first, start, hours, rule."""


class Week:
	"""Moments of the coming weeks, on the wall of the plant."""

	def __init__(self, now: datetime):
		local = now.astimezone(system_zone())
		self.monday = local.date() + (7 - local.weekday()) * DAY

	def at(self, day: int, hour: int) -> datetime:
		return datetime.combine(self.monday + day * DAY, time(hour), system_zone())


def windows(ports: Ports, week: Week) -> None:
	for name, kind, weekday, start, hours, rule in WINDOWS:
		begins = week.at(weekday - 7, start.hour)
		values = {"window_name": name, "kind": kind, "plant_site": SITE, "recurrence_rule": rule}
		times = {"starts_at": begins, "ends_at": begins + timedelta(hours=hours)}
		ports.records.insert("Change Window", {**values, **times, "repeat_until": week.monday + 120 * DAY})
	for name, first, last in (("Month end closing", 4, 8), ("Stocktaking", 25, 28)):
		times = {"starts_at": week.at(first, 0), "ends_at": week.at(last, 0)}
		ports.records.insert(
			"Change Window", {"window_name": name, "kind": "Freeze", "plant_site": SITE, **times}
		)


def closed_days(ports: Ports, week: Week) -> None:
	"""On two of the next Saturdays the line stands still."""
	for weeks in (1, 2):
		day = week.monday + (SATURDAY + 7 * weeks) * DAY
		values: Record = {"plant_site": SITE, "production_line": LINE, "day": day, "closed": True}
		if not ports.records.count("Calendar Exception", values):
			ports.records.insert("Calendar Exception", values)


def people(ports: Ports) -> None:
	if not ports.records.count("User", {"name": CLARA}):
		values = {"email": CLARA, "first_name": "Clara", "last_name": "Change", "send_welcome_email": False}
		ports.records.insert("User", {**values, "roles": [{"role": "IT Change Manager"}]})


def request(
	ports: Ports, title: str, kind: str, ci: str, start: datetime, minutes: int, **more: object
) -> str:
	questions = ports.records.get("OT Change Type", kind) or {}
	answers = [{"question": row["question"], "answer": "None."} for row in questions["risk_questions"]]
	values: Record = {
		"title": title,
		"change_type": kind,
		"requested_by": ROMY,
		"implementer": INGO,
		"cis": [{"ci": ci}],
		"planned_start": start,
		"duration_minutes": minutes,
		"risk_answers": answers,
		"is_substantial_modification": "No",
		"modification_reason": "The same functions as before.",
	}
	frappe.set_user(ROMY)
	return str(ports.records.insert("OT Change Request", {**values, **more})["name"])


def go(ports: Ports, name: str, *states: ChangeStatus) -> None:
	"""Step by step; who approves is Clara."""
	for status in states:
		frappe.set_user(CLARA if status == S.SCHEDULED else ROMY)
		if status == S.SCHEDULED:
			ports.records.update("OT Change Request", name, {"approvals": [{"comment": "As planned."}]})
		ports.records.update("OT Change Request", name, {"status": status})


def requests(ports: Ports, week: Week) -> None:
	fails = {"failure_probability": 78.0, "failure_within_days": 14.0, "failure_stop_hours": 4.0}
	firmware = request(ports, FIRMWARE, "PLC firmware update", PLC, week.at(2, 9), 240, **fails)
	go(ports, firmware, S.ASSESSED)
	switch = "Firmware 2.9.7 of the switch of VLAN 143"
	go(
		ports,
		request(ports, switch, "Network switch config", SWITCH, week.at(1, 1), 60),
		*(S.ASSESSED, S.IN_APPROVAL, S.SCHEDULED),
	)
	interface = request(ports, "New interface version", "MES configuration", SERVER, week.at(2, 20), 180)
	go(ports, interface, S.ASSESSED, S.IN_APPROVAL)
	request(ports, "Quarterly patch of SAP ME", "ERP (SAP) patch", "SAP-ME", week.at(13, 8), 480)


def main(site: str) -> None:
	with frappe.init_site(site):
		frappe.connect()
		ports = site_ports()
		if ports.records.count("OT Change Request", {"title": FIRMWARE}):
			return
		week = Week(ports.clock.now())
		windows(ports, week)
		closed_days(ports, week)
		people(ports)
		requests(ports, week)
		frappe.db.commit()


if __name__ == "__main__":
	main(sys.argv[1])
