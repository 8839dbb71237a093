"""What people do about a line stop, for its form and for the page Plant Now.

Who may read a stop and has a role that reports a stage may report it; the services write, and nobody edits the fields.
Times are moments of the site as its forms send them, None for now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.api.moments import moment_of
from plant_itsm.domain.errors import NotAllowedError, PlantItsmError
from plant_itsm.domain.response import check_may
from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.frappe_site.values import system_zone
from plant_itsm.ports import Ports, Record
from plant_itsm.services import response
from plant_itsm.services.escalations import next_escalation
from plant_itsm.services.response_stages import response_of
from plant_itsm.services.response_start import queue_diagnosis

DOCTYPE = "Line Stop"
_Act = Callable[[Ports, str], Record]


@frappe.whitelist(methods=["GET", "POST"])
def state(line_stop: str) -> dict[str, Any]:
	"""{stage, may: stages that this user may report now, repairs: whether the user may estimate a repair,
	next_escalation: {step, due_at} or None}; due_at as the site keeps its times."""
	frappe.has_permission(DOCTYPE, "read", line_stop, throw=True)
	ports = site_ports()
	stop = ports.records.get(DOCTYPE, line_stop) or {}
	following = next_escalation(ports.records, stop, ports.clock.now())
	return {
		"stage": stop["stage"],
		"may": [str(stage) for stage in response_of(stop).next_stages if _may(stage)],
		"repairs": _may(Stage.REPAIRING),
		"next_escalation": following
		and {"step": following.step.label, "due_at": f"{following.due_at.astimezone(system_zone()):%F %T}"},
	}


@frappe.whitelist(methods=["POST"])
def acknowledge(line_stop: str, at: str | None = None) -> dict[str, Any]:
	"""Somebody has taken notice: escalation for want of acknowledgement falls quiet."""
	_check_may(line_stop, Stage.ACKNOWLEDGED)
	return _act(lambda ports, by: response.report(ports, line_stop, Stage.ACKNOWLEDGED, by, at=moment_of(at)))


@frappe.whitelist(methods=["POST"])
def start_diagnosis(line_stop: str, at: str | None = None) -> dict[str, Any]:
	"""Somebody looks for the cause."""
	_check_may(line_stop, Stage.DIAGNOSING)
	return _act(lambda ports, by: response.report(ports, line_stop, Stage.DIAGNOSING, by, at=moment_of(at)))


@frappe.whitelist(methods=["POST"])
def dispatch(line_stop: str, technician: str | None = None, at: str | None = None) -> dict[str, Any]:
	"""A technician is on the way; without one named, it is the user."""
	_check_may(line_stop, Stage.DISPATCHED)
	return _act(
		lambda ports, by: response.dispatch(ports, line_stop, by, technician=technician, at=moment_of(at))
	)


@frappe.whitelist(methods=["POST"])
def start_repair(line_stop: str, at: str | None = None) -> dict[str, Any]:
	"""The repair has begun."""
	_check_may(line_stop, Stage.REPAIRING)
	return _act(lambda ports, by: response.report(ports, line_stop, Stage.REPAIRING, by, at=moment_of(at)))


@frappe.whitelist(methods=["POST"])
def estimate_repair(line_stop: str, minutes: int) -> dict[str, Any]:
	"""So many minutes from now the repair will take; above the limit of the settings a spare is compared with it."""
	_check_may(line_stop, Stage.REPAIRING)
	return _act(lambda ports, by: response.estimate_repair(ports, line_stop, by, int(minutes)))


@frappe.whitelist(methods=["POST"])
def restore(line_stop: str, at: str | None = None, note: str = "") -> dict[str, Any]:
	"""The line can produce again, whatever its signal says."""
	_check_may(line_stop, Stage.RESTORED)
	return _act(
		lambda ports, by: response.report(ports, line_stop, Stage.RESTORED, by, at=moment_of(at), note=note)
	)


@frappe.whitelist(methods=["POST"])
def repair_failed(line_stop: str, reason: str, at: str | None = None) -> dict[str, Any]:
	"""What was repaired did not hold: back to Repairing."""
	_check_may(line_stop, Stage.REPAIRING)
	return _act(lambda ports, by: response.repair_failed(ports, line_stop, by, reason, at=moment_of(at)))


@frappe.whitelist(methods=["POST"])
def review(
	line_stop: str,
	root_cause: str | None = None,
	failure_mode: str | None = None,
	failure_mechanism: str | None = None,
	failure_cause: str | None = None,
	detection_method: str | None = None,
) -> dict[str, Any]:
	"""Close the response with what was found, coded by ISO 14224; what the stop holds already need not be given."""
	_check_may(line_stop, Stage.REVIEWED)
	findings = {
		"root_cause": root_cause,
		"failure_mode": failure_mode,
		"failure_mechanism": failure_mechanism,
		"failure_cause": failure_cause,
		"detection_method": detection_method,
	}
	return _act(lambda ports, by: response.review(ports, line_stop, by, findings))


@frappe.whitelist(methods=["POST"])
def complete_step(line_stop: str, step: str, result: str) -> dict[str, Any]:
	"""Tick off a step of the checklist with what came out."""
	_check_may(line_stop, Stage.DIAGNOSING)
	return _act(lambda ports, by: response.complete_step(ports, line_stop, by, step, result))


@frappe.whitelist(methods=["POST"])
def run_diagnosis(line_stop: str) -> None:
	"""Look at the devices once more, in a job; the result comes to the checklist and the ticket."""
	_check_may(line_stop, Stage.DIAGNOSING)
	queue_diagnosis(site_ports(), line_stop)


def _check_may(line_stop: str, stage: Stage) -> None:
	frappe.has_permission(DOCTYPE, "read", line_stop, throw=True)
	try:
		check_may(f"{DOCTYPE} {line_stop}", stage, frappe.get_roles())
	except NotAllowedError as error:
		_refuse(error, frappe.PermissionError)


def _may(stage: Stage) -> bool:
	try:
		check_may(DOCTYPE, stage, frappe.get_roles())
	except NotAllowedError:
		return False
	return True


def _act(act: _Act) -> dict[str, Any]:
	try:
		stop = act(site_ports(), frappe.session.user)
	except PlantItsmError as error:
		_refuse(error)
	return {"name": stop["name"], "stage": stop["stage"]}


def _refuse(error: PlantItsmError, kind: type[Exception] = frappe.ValidationError) -> NoReturn:
	frappe.throw(_(escape_html(str(error))), kind, title=_("Line Stop"))
