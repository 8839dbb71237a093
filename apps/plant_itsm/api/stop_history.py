"""Corrections of line stops, for their form. Who may create a Line Stop Correction may correct; the log is written by
the services alone.

Moments are as forms send them. Each returns the correction: {name, line_stop, other_stop, duration_difference,
cost_difference, currency, affected}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, escape_html

from plant_itsm.api.moments import moment_of
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.vocabulary import StopClassification
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ports import Record, Records
from plant_itsm.services import stop_history
from plant_itsm.services.plant_locks import GROUPING, holding

TOLD = ("name", "line_stop", "other_stop", "duration_difference", "cost_difference", "currency")


@frappe.whitelist(methods=["POST"])
def correct_onset(line_stop: str, onset: str, reason: str) -> dict[str, Any]:
	"""Let a stop begin at another moment."""
	_check_may([line_stop])
	moment = _given(onset)
	return _corrected(lambda records: stop_history.correct_onset(records, line_stop, moment, reason))


@frappe.whitelist(methods=["POST"])
def correct_end(line_stop: str, ended_at: str, reason: str) -> dict[str, Any]:
	"""Let an ended stop end at another moment."""
	_check_may([line_stop])
	moment = _given(ended_at)
	return _corrected(lambda records: stop_history.correct_end(records, line_stop, moment, reason))


@frappe.whitelist(methods=["POST"])
def split(line_stop: str, at: str, reason: str) -> dict[str, Any]:
	"""Make two stops of an ended one."""
	_check_may([line_stop])
	moment = _given(at)
	return _corrected(lambda records: stop_history.split_stop(records, line_stop, moment, reason))


@frappe.whitelist(methods=["POST"])
def merge(line_stop: str, others: str | list[str], reason: str) -> dict[str, Any]:
	"""Make one stop of several ended ones of the same line."""
	names = [line_stop, *(frappe.parse_json(others) if isinstance(others, str) else others)]
	_check_may(names)
	return _corrected(lambda records: stop_history.merge_stops(records, names, reason))


@frappe.whitelist(methods=["POST"])
def reclassify(
	line_stop: str, classification: str, reason: str, stop_reason: str | None = None
) -> dict[str, Any]:
	"""Say what kind of standstill a stop was: Unplanned, Planned, Changeover, or Starved or Blocked."""
	_check_may([line_stop])
	known = [str(word) for word in StopClassification]
	if classification not in known:
		text = _("{0} is no class of a stop. Choose one of {1}.")
		frappe.throw(text.format(escape_html(classification), ", ".join(known)))
	wanted = StopClassification(classification)
	return _corrected(
		lambda records: stop_history.reclassify_stop(records, line_stop, wanted, stop_reason, reason)
	)


def _check_may(line_stops: list[str]) -> None:
	frappe.has_permission(stop_history.CORRECTION, "create", throw=True)
	for name in line_stops:
		frappe.has_permission("Line Stop", "read", name, throw=True)


def _given(text: str) -> Any:
	moment = moment_of(text)
	if moment is None:
		frappe.throw(_("Enter the moment."))
	return moment


def _corrected(correct: Callable[[Records], Record]) -> dict[str, Any]:
	"""In a transaction of its own, which has the lock of grouping before it reads; a refusal rolls all of it back."""
	records = site_ports().records
	try:
		with holding(records, GROUPING):
			correction = correct(records)
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Not Corrected"))
	told = {key: correction[key] for key in TOLD}
	told["cost_difference"] = cstr(told["cost_difference"])
	return {**told, "affected": frappe.parse_json(correction["affected"])}
