"""What the forms of OT changes ask for: windows for a request, a decision on it, and calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime

from plant_itsm.domain.change_calendar import as_icalendar
from plant_itsm.domain.change_windows import Occurrence, all_occurrences
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.frappe_site.values import system_zone
from plant_itsm.services.change_finder import find_windows as find
from plant_itsm.services.change_requests import DOCTYPE
from plant_itsm.services.change_windows import DOCTYPE as WINDOW
from plant_itsm.services.change_windows import change_window

MOST_DAYS = 2 * 366


@frappe.whitelist(methods=["GET", "POST"])
def find_windows(change: str, count: int = 5) -> dict[str, Any]:
	"""The next times for an OT Change Request, as Windows.as_json gives them; times are ISO 8601 in UTC.

	Who may not read cost models gets no money.
	"""
	frappe.has_permission(DOCTYPE, "read", change, throw=True)
	try:
		found = find(site_ports(), change, cint(count)).as_json()
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Windows"))
	return found if frappe.has_permission("Line Stop Cost Model", "read") else _without_money(found)


def _without_money(found: dict[str, Any]) -> dict[str, Any]:
	hidden = {"money_at_risk": None, "risk_explanation": None, "cost_of_waiting": None}
	return {**found, "slots": [{**slot, **hidden} for slot in found["slots"]]}


@frappe.whitelist(methods=["POST"])
def decide(change: str, decision: str, comment: str, on_behalf_of: str | None = None) -> str:
	"""Sign a change as the user who is logged in: Approved or Rejected. Returns the status of the change."""
	doc = frappe.get_doc(DOCTYPE, change)
	doc.check_permission("write")
	doc.append("approvals", {"decision": decision, "comment": comment, "on_behalf_of": on_behalf_of})
	doc.save()
	return str(doc.status)


@frappe.whitelist(methods=["GET", "POST"])
def window_events(start: str, end: str, filters: str | None = None, **_ignored: str) -> list[dict[str, Any]]:
	"""The occurrences of the Change Windows that the user may read, for the calendar of the Desk."""
	return [
		{
			"name": one.window,
			"title": f"{one.window} ({_(str(one.kind))})",
			"kind": str(one.kind),
			"starts_at": _site_time(one.span.start),
			"ends_at": _site_time(one.span.end),
			"all_day": 0,
		}
		for one in _occurrences(filters, _moment(start), _moment(end))
	]


@frappe.whitelist(methods=["GET"])
def windows_as_icalendar(plant_site: str | None = None, days: int = 366) -> None:
	"""Download the windows of the coming days, at most two years, as an iCalendar file."""
	now = site_ports().clock.now()
	filters = frappe.as_json({"plant_site": plant_site} if plant_site else {})
	found = _occurrences(filters, now, now + timedelta(days=min(cint(days), MOST_DAYS)))
	frappe.response.update(
		{
			"type": "download",
			"filename": "change-windows.ics",
			"filecontent": as_icalendar(found, now),
			"content_type": "text/calendar",
		}
	)


def _occurrences(filters: str | None, earliest: datetime, latest: datetime) -> Iterator[Occurrence]:
	frappe.has_permission(WINDOW, "read", throw=True)
	names = frappe.get_list(
		WINDOW, filters=[*_conditions(filters), [WINDOW, "enabled", "=", 1]], pluck="name", limit=0
	)
	records = FrappeRecords()
	windows = [change_window(records, record) for name in names if (record := records.get(WINDOW, name))]
	return all_occurrences(windows, earliest, latest)


def _moment(text: str) -> datetime:
	"""A calendar asks in the time zone of the site."""
	return get_datetime(text).replace(tzinfo=system_zone())


def _site_time(moment: datetime) -> str:
	return moment.astimezone(system_zone()).strftime("%Y-%m-%d %H:%M:%S")


def _conditions(filters: str | None) -> list[Any]:
	"""A calendar sends a list of conditions, other programs a dictionary."""
	given = frappe.parse_json(filters) or []
	if isinstance(given, dict):
		return [[WINDOW, fieldname, "=", value] for fieldname, value in given.items()]
	return list(given)
