"""What if a CI failed or a line stood: for their forms in the Desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.cmdb import CI, LINE, Node
from plant_itsm.domain.errors import InvalidRecordError, PlantItsmError
from plant_itsm.domain.schema import FieldMeta
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.values import SiteValues
from plant_itsm.services.what_if import WhatIf
from plant_itsm.services.what_if import what_if as imagine

FAILING = (CI, LINE)
LONGEST_HOURS = 24 * 31
MONEY = {"cost_per_hour": None, "cost_per_hour_now": None, "outage_cost": None, "explanation": None}
LINE_MONEY = {"cost_per_hour": None, "cost_model": None, "outage_cost": None}


@frappe.whitelist(methods=["GET", "POST"])
def what_if(doctype: str, name: str, at: str | None = None, hours: float = 1.0) -> dict[str, Any]:
	"""Lines, units, buffers and money if an OT CI failed, or a Production Line stood, for so many hours from `at` on
	(in the site's time zone, now if left out), as WhatIf.as_json gives them.

	Who may not read cost models gets no money.
	"""
	if doctype not in FAILING:
		frappe.throw(_("{0} cannot fail. Choose an OT CI or a Production Line.").format(doctype))
	frappe.has_permission(doctype, "read", name, throw=True)
	try:
		found = _imagined(Node(doctype, name), at, float(hours))
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Impact"))
	return found if frappe.has_permission("Line Stop Cost Model", "read") else _without_money(found)


def _imagined(node: Node, at: str | None, hours: float) -> dict[str, Any]:
	if not 0 < hours <= LONGEST_HOURS:
		raise InvalidRecordError(
			f"{hours:g} hours cannot be priced. Enter more than 0 and up to {LONGEST_HOURS}."
		)
	moment: datetime = (
		SiteValues().record_value("What if", FieldMeta("at", "Datetime"), at) or SystemClock().now()
	)
	with kept_model() as model:
		found: WhatIf = imagine(FrappeRecords(), model, node, moment, timedelta(hours=hours))
		return found.as_json()


def _without_money(found: dict[str, Any]) -> dict[str, Any]:
	lines = [{**line, **LINE_MONEY} for line in found["lines"]]
	return {**found, **MONEY, "lines": lines, "not_priced": []}
