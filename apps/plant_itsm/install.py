"""What a site needs besides our DocTypes. Every step adds what is missing and touches nothing else, so that it may run
after each migrate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import get_weekdays

from plant_itsm.custom_fields import TICKET, ticket_fields, ticket_template_fieldnames
from plant_itsm.frappe_site import change_workflow, desk_records, erpnext_links, first_ticks
from plant_itsm.frappe_site.meta import APP
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.plants import load_vocabulary
from plant_itsm.services.settings import DOCTYPE as SETTINGS

ROLES = (
	"CAB Member",
	"Finance Controller",
	"IT Change Manager",
	"Plant Admin",
	"Plant Gateway",
	"Plant IT",
	"Plant Viewer",
	"Production Manager",
	"Robot Maintenance",
	"Safety Engineer",
	"Shift Leader",
)
ONBOARDING_STEPS = (
	"Describe a Production Line",
	"Describe a Signal Rule",
	"Rehearse a Line Stop",
	"Set Up the Plant",
)
TICKET_TYPE = "Line Stop"
PREVENTIVE_TYPE = "Preventive Maintenance"
PRIORITY = "HD Ticket Priority"
TYPE = "HD Ticket Type"
SLA = "HD Service Level Agreement"
TEMPLATE = "HD Ticket Template"
HOLIDAYS = "HD Service Holiday List"
AGREEMENT, NO_HOLIDAYS = "Line stops", "No holidays"
"""The agreement for line stops, in force around the clock, and the list of holidays that it needs."""
FORM_SCRIPT = "HD Form Script"
AGENT_SCRIPT = "Line Stop"
FOUND_KEY = "plant_itsm_found"
"""Global default that remembers which of our names the site had before us: they are not ours to remove."""
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Priority:
	"""A ticket priority with its times in the default agreement. rank: the lower, the more urgent."""

	name: str
	rank: int
	response_seconds: int
	resolution_seconds: int
	description: str


PRIORITIES = (
	Priority("P1", 10, 15 * MINUTE, 2 * HOUR, "A production line stands still."),
	Priority("P2", 20, 30 * MINUTE, 4 * HOUR, "A production line is degraded or about to stop."),
	Priority("P3", 30, 4 * HOUR, 24 * HOUR, "A disturbance without an effect on production."),
	Priority("P4", 40, 8 * HOUR, 72 * HOUR, "A request or a question."),
)
"""Times to begin with: once they stand in an agreement they are the plant's own to change."""


def before_install() -> None:
	"""The words come first: the settings, which Frappe saves while it installs, link to them."""
	frappe.setup_module_map()  # made from the bench's apps as they were when the cache was last filled
	if not frappe.db.get_global(FOUND_KEY):
		_remember_found()
	_add_words()


def _remember_found() -> None:
	found = {
		doctype: frappe.get_all(doctype, filters={"name": ["in", names]}, pluck="name")
		for doctype, names in removable_names().items()
	}
	frappe.db.set_global(FOUND_KEY, json.dumps(found))


def removable_names() -> dict[str, list[str]]:
	"""The records that we add to DocTypes of others, the first to be removed first."""
	return {
		FORM_SCRIPT: [AGENT_SCRIPT],
		SLA: [AGREEMENT],
		HOLIDAYS: [NO_HOLIDAYS],
		TYPE: [TICKET_TYPE, PREVENTIVE_TYPE],
		PRIORITY: [priority.name for priority in PRIORITIES],
		"Onboarding Step": list(ONBOARDING_STEPS),
		**change_workflow.words(),
		"Role": list(ROLES),
	}


def after_install() -> None:
	set_up()


def after_migrate() -> None:
	set_up()


def set_up() -> None:
	_add_words()
	create_custom_fields({TICKET: ticket_fields()})
	erpnext_links.sync()
	_add_to_default_template()
	_fill_settings()
	_add_agent_script()
	load_vocabulary(FrappeRecords())
	change_workflow.install()
	desk_records.install()
	first_ticks.begin_now()


def _add_agent_script() -> None:
	"""The menu of an agent on the ticket of a line stop; once there, it is the plant's own to change."""
	if frappe.db.exists(FORM_SCRIPT, AGENT_SCRIPT):
		return
	doc = frappe.new_doc(FORM_SCRIPT)
	doc.update(
		{
			"name": AGENT_SCRIPT,
			"dt": TICKET,
			"apply_to": "Form",
			"enabled": 1,
			"script": Path(frappe.get_app_path(APP, "overrides", "hd_ticket_agent.js")).read_text("utf-8"),
		}
	)
	doc.insert(ignore_permissions=True)


def _add_words() -> None:
	_add_roles()
	_add_priorities()
	_add_ticket_types()
	_add_to_default_agreement()
	_add_line_stop_agreement()


def _add_roles() -> None:
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			doc = frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1})
			doc.insert(ignore_permissions=True)


def _add_priorities() -> None:
	for priority in PRIORITIES:
		if not frappe.db.exists(PRIORITY, priority.name):
			doc = frappe.new_doc(PRIORITY)
			doc.update(
				{"name": priority.name, "integer_value": priority.rank, "description": priority.description}
			)
			doc.insert(ignore_permissions=True)


def _add_ticket_types() -> None:
	for name, priority, description in (
		(TICKET_TYPE, "P1", "A production line has stopped."),
		(PREVENTIVE_TYPE, "P3", "Work that keeps a failure from coming."),
	):
		if not frappe.db.exists(TYPE, name):
			doc = frappe.new_doc(TYPE)
			doc.update({"name": name, "priority": priority, "description": description})
			doc.insert(ignore_permissions=True)


def _add_to_default_agreement() -> None:
	"""Helpdesk refuses a ticket whose priority its agreement does not know."""
	agreement = frappe.db.get_value(SLA, {"default_sla": 1})
	if agreement is None:
		print(
			"plant_itsm: Helpdesk has no default Service Level Agreement; set one up, then run bench migrate."
		)
		return
	doc = frappe.get_doc(SLA, agreement)
	known = {row.priority for row in doc.priorities}
	missing = [priority for priority in PRIORITIES if priority.name not in known]
	for priority in missing:
		doc.append(
			"priorities",
			{
				"priority": priority.name,
				"response_time": priority.response_seconds,
				"resolution_time": priority.resolution_seconds,
			},
		)
	if missing:
		doc.save(ignore_permissions=True)


def _add_line_stop_agreement() -> None:
	"""A Helpdesk agreement has one interval a day and knows holidays; this one has neither nights nor holidays off."""
	if frappe.db.exists(SLA, AGREEMENT) or not frappe.db.exists(SLA, {"default_sla": 1}):
		return
	if not frappe.db.exists(HOLIDAYS, NO_HOLIDAYS):
		holidays = frappe.new_doc(HOLIDAYS)
		holidays.update(
			{"holiday_list_name": NO_HOLIDAYS, "from_date": "2000-01-01", "to_date": "2099-12-31"}
		)
		holidays.insert(ignore_permissions=True)
	doc = frappe.new_doc(SLA)
	doc.update(
		{
			"service_level": AGREEMENT,
			"enabled": 1,
			"holiday_list": NO_HOLIDAYS,
			"apply_sla_for_resolution": 1,
			"condition": f"doc.ticket_type == {TICKET_TYPE!r}",
			"priorities": [_agreed(priority) for priority in PRIORITIES],
			"support_and_resolution": [
				{"workday": day, "start_time": "00:00:00", "end_time": "23:59:59"} for day in get_weekdays()
			],
		}
	)
	doc.insert(ignore_permissions=True)


def _agreed(priority: Priority) -> dict[str, Any]:
	"""Whatever the priority of a line stop, somebody answers within the time of the first."""
	return {
		"priority": priority.name,
		"response_time": PRIORITIES[0].response_seconds,
		"resolution_time": priority.resolution_seconds,
		"default_priority": priority == PRIORITIES[0],
	}


def _add_to_default_template() -> None:
	if not frappe.db.exists(TEMPLATE, "Default"):
		return
	doc = frappe.get_doc(TEMPLATE, "Default")
	known = {row.fieldname for row in doc.fields}
	missing = [fieldname for fieldname in ticket_template_fieldnames() if fieldname not in known]
	for fieldname in missing:
		doc.append("fields", {"fieldname": fieldname, "hide_from_customer": 1})
	if missing:
		doc.save(ignore_permissions=True)


def _fill_settings() -> None:
	"""A Single has no row until somebody saves it: store the defaults of the fields that were never stored."""
	stored = frappe.db.get_singles_dict(SETTINGS)
	defaults = {df.fieldname: df.default for df in frappe.get_meta(SETTINGS).fields if df.default is not None}
	missing = {fieldname: value for fieldname, value in defaults.items() if fieldname not in stored}
	if missing:
		frappe.db.set_single_value(SETTINGS, missing)
