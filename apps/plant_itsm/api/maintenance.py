"""What the forms of maintenance ask for: times of an order and its steps, visits of a plan, spares, conditions.

Moments come as the forms send them, in the time zone of the site, and leave as ISO 8601 with an offset.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import frappe
from frappe import _
from frappe.utils import cint, escape_html, flt

from plant_itsm.api.moments import moment_of
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.maintenance_words import Finding, RollupPeriod
from plant_itsm.frappe_site.erpnext_stock import draft_stock_entry
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services import maintenance_plans, order_schedule, spares
from plant_itsm.services.change_requests import DOCTYPE as CHANGE
from plant_itsm.services.condition_charts import conditions_of_ci
from plant_itsm.services.condition_charts import history as history_of_indicator
from plant_itsm.services.condition_indicators import DOCTYPE as INDICATOR
from plant_itsm.services.condition_indicators import record_measurement as keep_measurement
from plant_itsm.services.failure_predictions import DOCTYPE as PREDICTION
from plant_itsm.services.maintenance_orders import follow
from plant_itsm.services.order_slots import as_json, change_type_of
from plant_itsm.services.work_orders import DOCTYPE as ORDER

PLAN, UNIT, STOP, CI = maintenance_plans.DOCTYPE, spares.UNIT, spares.STOP, "OT CI"
MOST_SLOTS = 50
T = TypeVar("T")


@frappe.whitelist(methods=["GET", "POST"])
def find_slots(order: str, count: int = 10) -> list[dict[str, Any]]:
	"""The next times for an order, as order_slots.as_json gives them. Who may not read cost models gets no money."""
	frappe.has_permission(ORDER, "read", order, throw=True)
	wanted = min(max(cint(count), 1), MOST_SLOTS)
	slots = _said(lambda: order_schedule.find_order_slots(site_ports(), order, wanted))
	sees_money = frappe.has_permission("Line Stop Cost Model", "read")
	hidden = {} if sees_money else {"expected_cost": None, "explanation": None}
	return [as_json(slot) | hidden for slot in slots]


@frappe.whitelist(methods=["POST"])
def schedule(order: str, starts_at: str) -> dict[str, Any]:
	"""Plan an order for a time; where its type demands one, that makes a change request.

	Returns {status, change_request, change_window}.
	"""
	frappe.has_permission(ORDER, "write", order, throw=True)
	_check_may_change(order)
	start = moment_of(starts_at)
	if start is None:
		frappe.throw(_("Choose a time."), title=_("Maintenance Order"))
	found = _said(lambda: order_schedule.schedule(site_ports(), order, start, frappe.session.user))
	return {name: found[name] for name in ("status", "change_request", "change_window")}


@frappe.whitelist(methods=["POST"])
def make_change(order: str) -> str:
	"""The name of the OT Change Request of an order, made where there is none."""
	frappe.has_permission(ORDER, "write", order, throw=True)
	_check_may_change(order)
	return _said(lambda: order_schedule.make_change(site_ports(), order, frappe.session.user))


def _check_may_change(order: str) -> None:
	"""Who schedules work that needs a change request has to be allowed to ask for one."""
	record = FrappeRecords().get(ORDER, order) or {}
	if change_type_of(FrappeRecords(), record) is not None:
		frappe.has_permission(CHANGE, "create", throw=True)


@frappe.whitelist(methods=["POST"])
def start(order: str) -> str:
	"""The work has begun. Returns the status of the order."""
	frappe.has_permission(ORDER, "write", order, throw=True)
	return str(_said(lambda: order_schedule.start(site_ports(), order, frappe.session.user))["status"])


@frappe.whitelist(methods=["POST"])
def complete(order: str, finding: str, note: str = "") -> str:
	"""The work is done; finding: Failure Found or No Fault Found. Returns the status of the order."""
	frappe.has_permission(ORDER, "write", order, throw=True)
	if finding not in list(Finding):
		frappe.throw(_("Choose what the work has found."), title=_("Maintenance Order"))
	found = Finding(finding)
	done = _said(lambda: order_schedule.complete(site_ports(), order, found, note, frappe.session.user))
	return str(done["status"])


@frappe.whitelist(methods=["POST"])
def make_stock_entry(order: str) -> str:
	"""The name of the draft of a Stock Entry of ERPNext for the parts that are counted there."""
	frappe.has_permission(ORDER, "write", order, throw=True)
	return _said(lambda: draft_stock_entry(order))


@frappe.whitelist(methods=["POST"])
def order_now(plan: str) -> str:
	"""Make the order of a plan without waiting for its time. Returns its name."""
	frappe.has_permission(PLAN, "write", plan, throw=True)
	frappe.has_permission(ORDER, "create", throw=True)
	return str(_said(lambda: maintenance_plans.look_at(site_ports(), plan, at_once=True)))


@frappe.whitelist(methods=["POST"])
def look_again(plan: str) -> None:
	"""Compute anew when a plan is due, and make its order where it is time."""
	frappe.has_permission(PLAN, "write", plan, throw=True)
	_said(lambda: maintenance_plans.look_at(site_ports(), plan))


@frappe.whitelist(methods=["POST"])
def follow_prediction(prediction: str) -> str | None:
	"""Follow a pending prediction at once. Returns the name of its order, None where it asks for none."""
	frappe.has_permission(PREDICTION, "write", prediction, throw=True)
	_said(lambda: follow(site_ports(), prediction))
	found: str | None = frappe.db.get_value(PREDICTION, prediction, "maintenance_order")
	return found


@frappe.whitelist(methods=["POST"])
def reserve_spare(unit: str, line_stop: str) -> None:
	"""Keep a unit of the pool for an incident."""
	frappe.has_permission(UNIT, "write", unit, throw=True)
	frappe.has_permission(STOP, "read", line_stop, throw=True)
	_said(lambda: spares.reserve_spare(FrappeRecords(), unit, line_stop))


@frappe.whitelist(methods=["POST"])
def release_spare(unit: str) -> None:
	"""Give a reserved unit back to the pool."""
	frappe.has_permission(UNIT, "write", unit, throw=True)
	_said(lambda: spares.release_spare(FrappeRecords(), unit))


@frappe.whitelist(methods=["POST"])
def activate_spare(unit: str) -> None:
	"""A reserved unit now does the work of the CI that has failed."""
	frappe.has_permission(UNIT, "write", unit, throw=True)
	_said(lambda: spares.activate_spare(FrappeRecords(), unit))


@frappe.whitelist(methods=["POST"])
def record_measurement(indicator: str, value: float, at: str | None = None) -> dict[str, Any]:
	"""Keep a value that a person has measured. Returns {last_value, zone}."""
	frappe.has_permission(INDICATOR, "write", indicator, throw=True)
	kept = _said(lambda: keep_measurement(site_ports(), indicator, flt(value), moment_of(at)))
	return {name: kept[name] for name in ("last_value", "zone")}


@frappe.whitelist(methods=["GET", "POST"])
def condition_history(indicator: str, period: str = "Day") -> dict[str, Any]:
	"""The chart of an indicator, as condition_charts.history gives it; period: Hour or Day."""
	frappe.has_permission(INDICATOR, "read", indicator, throw=True)
	wanted = RollupPeriod(period) if period in list(RollupPeriod) else RollupPeriod.DAY
	return _said(lambda: history_of_indicator(FrappeRecords(), indicator, wanted)).as_json()


@frappe.whitelist(methods=["GET", "POST"])
def ci_conditions(ci: str) -> list[dict[str, Any]]:
	"""The charts of the indicators of a CI, the worst zone first."""
	frappe.has_permission(CI, "read", ci, throw=True)
	frappe.has_permission(INDICATOR, "read", throw=True)
	return [one.as_json() for one in conditions_of_ci(FrappeRecords(), ci)]


def _said(act: Callable[[], T]) -> T:
	"""What the domain refuses, as a message of the Desk."""
	try:
		return act()
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("Maintenance"))
