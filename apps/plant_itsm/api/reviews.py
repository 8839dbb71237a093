"""From a line stop to its review and to a problem record."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ports import Record
from plant_itsm.services import problems, reviews


@frappe.whitelist(methods=["POST"])
def start_review(line_stop: str) -> str:
	"""The name of the Post Incident Review of a line stop, made where there is none."""
	_check_may_make(reviews.DOCTYPE, [line_stop])
	return _named(lambda: reviews.start_review(site_ports(), line_stop))


@frappe.whitelist(methods=["POST"])
def raise_problem(line_stops: str | list[str], title: str = "") -> str:
	"""The name of a new Problem Record behind line stops."""
	names = frappe.parse_json(line_stops) if isinstance(line_stops, str) else line_stops
	_check_may_make(problems.DOCTYPE, names)
	return _named(lambda: problems.raise_problem(site_ports(), names, title))


def _check_may_make(doctype: str, line_stops: list[str]) -> None:
	frappe.has_permission(doctype, "create", throw=True)
	for name in line_stops:
		frappe.has_permission("Line Stop", "read", name, throw=True)


def _named(make: Callable[[], Record]) -> str:
	try:
		return str(make()["name"])
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Made"))
