"""What the tests of the Desk find on a site with the demo plant: a person for each of our roles, an agent of Helpdesk,
a line stop that nobody has acknowledged, and a window for changes that is open now.

usage: desk_people.py SITE PASSWORD, with the bench's Python in its folder sites. May run again: the stop is then ended
and a new one is opened, and changes that a run has left behind are cancelled.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import frappe
from desk_stops import SWITCH, Story
from frappe.utils.password import update_password

from plant_itsm.frappe_site.site import site_ports
from plant_itsm.install import ROLES
from plant_itsm.ports import Ports
from plant_itsm.services.settings import DOCTYPE as SETTINGS

DOMAIN = "desk-test.example"
AGENT = f"agent@{DOMAIN}"
WINDOW, CHANGE = "Desk tests", "OT Change Request"
HOUR = timedelta(hours=1)
MINUTES_AGO = 0.5


def person(role: str, password: str) -> None:
	email = f"{role.lower().replace(' ', '-')}@{DOMAIN}"
	make_user(email, role, [role])
	update_password(email, password)


def agent(password: str) -> None:
	"""Who works with Helpdesk's own screens and is a technician."""
	make_user(AGENT, "Agent", ["Robot Maintenance", "Agent"])
	update_password(AGENT, password)
	if not frappe.db.exists("HD Agent", {"user": AGENT}):
		values = {"doctype": "HD Agent", "user": AGENT, "agent_name": "Agent"}
		frappe.get_doc(values).insert(ignore_permissions=True)


def make_user(email: str, name: str, roles: list[str]) -> None:
	if frappe.db.exists("User", email):
		return
	user = frappe.new_doc("User")
	user.update({"email": email, "first_name": name, "send_welcome_email": 0})
	for role in roles:
		user.append("roles", {"role": role})
	user.insert(ignore_permissions=True)


def new_stop(ports: Ports) -> None:
	"""A stop that comes again soon counts as the one before, with who has acknowledged that: not while this is made."""
	window = frappe.db.get_single_value(SETTINGS, "reopen_within_seconds")
	frappe.db.set_single_value(SETTINGS, "reopen_within_seconds", 0)
	story = Story(ports, MINUTES_AGO)
	for payload in (b"true", b"false"):
		story.signal("Line Controller", SWITCH, payload)
	frappe.db.set_single_value(SETTINGS, "reopen_within_seconds", window)


def open_window(ports: Ports) -> None:
	now = ports.clock.now().replace(microsecond=0)
	times = {"starts_at": now - HOUR, "ends_at": now + 24 * HOUR}
	if ports.records.count("Change Window", {"name": WINDOW}):
		ports.records.update("Change Window", WINDOW, times)
	else:
		values = {"window_name": WINDOW, "kind": "Maintenance Window", "plant_site": "Demo Plant"}
		ports.records.insert("Change Window", {**values, **times})


def cancel_left_changes(ports: Ports) -> None:
	before_start = ["Draft", "Assessed", "In Approval", "Scheduled"]
	for left in ports.records.find(CHANGE, {"title": WINDOW, "status": ("in", before_start)}):
		ports.records.update(CHANGE, left["name"], {"status": "Cancelled", "reason": "Left by a test."})


def main(site: str, password: str) -> None:
	with frappe.init_site(site):
		frappe.connect()
		for role in ROLES:
			person(role, password)
		agent(password)
		ports = site_ports()
		new_stop(ports)
		open_window(ports)
		cancel_left_changes(ports)
		frappe.db.commit()


if __name__ == "__main__":
	main(sys.argv[1], sys.argv[2])
