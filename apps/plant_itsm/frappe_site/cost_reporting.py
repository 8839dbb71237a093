"""What the cost reports share: the site, the period and the receivers that a user may see, and the way to entries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.allocation import CostObject, CostObjectKind
from plant_itsm.domain.cost_ledger import Period
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.months import months_of
from plant_itsm.domain.showback import Showback
from plant_itsm.frappe_site.cost_access import is_limited, readable_lines
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import Row, column
from plant_itsm.services.showback import showback

SPEND = ("CapEx", "OpEx")
PREPARED_ROWS = 100_000
"""Above it a report is prepared in the background."""


@dataclass(frozen=True)
class CostScope:
	"""What a cost report is asked for, as far as the user may see it. with_pools: not of somebody kept to lines."""

	period: Period
	lines: frozenset[str]
	with_pools: bool

	def holds(self, owner: CostObject) -> bool:
		return owner.name in self.lines if owner.kind == CostObjectKind.LINE else self.with_pools

	def showback(self) -> Showback:
		return showback(FrappeRecords(), self.period)


@contextmanager
def said_to_the_user() -> Iterator[None]:
	"""What the domain refuses, as a message of the Desk."""
	try:
		yield
	except PlantItsmError as error:
		frappe.throw(_(escape_html(str(error))), title=_("No Figures"))


def cost_scope_of(filters: Mapping[str, Any] | None) -> CostScope:
	"""Refuses a period that is none, and a site that the user may not read."""
	asked = filters or {}
	site = asked.get("plant_site")
	if not site or not asked.get("period"):
		frappe.throw(
			_("Choose a plant site and a period, for example 2026 or 2026-Q1."), title=_("No Period")
		)
	if not frappe.get_list("Plant Site", filters={"name": site}, limit=1):
		frappe.throw(_("You may not read Plant Site {0}.").format(escape_html(site)), frappe.PermissionError)
	with said_to_the_user():
		first, last = months_of(str(asked["period"]))
	user = frappe.session.user
	line = asked.get("production_line")
	lines = frozenset(name for name in readable_lines(user) if not line or name == line)
	return CostScope(Period(site, first, last), lines, not line and not is_limited(user))


def money(fieldname: str, label: str, width: int = 140, **more: Any) -> Row:
	"""disable_total: where a sum over the rows would count something twice."""
	return column(fieldname, label, "Currency", width, options="currency", **more)


def receiver_columns() -> list[Row]:
	return [column("receiver", _("Line or pool"), width=230), column("kind", _("Kind"), width=120)]


def amount(value: Decimal | None) -> float | None:
	"""A figure as the Desk and a workbook take it: a number."""
	return None if value is None else float(value)


def share(part: Decimal, whole: Decimal) -> float | None:
	return round(float(part * 100 / whole), 2) if whole else None


def entries_link(period: Period, owner: CostObject | None = None, **more: str) -> str:
	"""The list of the posted entries behind a figure."""
	wanted = {
		"plant_site": period.plant_site,
		"docstatus": "1",
		"posting_date": json.dumps(["between", [str(period.first.first_day), str(period.last.last_day)]]),
		**more,
	}
	if owner is not None:
		wanted["production_line" if owner.kind == CostObjectKind.LINE else "cost_pool"] = owner.name
	return f"/app/plant-cost-entry?{urlencode(wanted, quote_via=quote)}"


def report_link(report: str, period: Period, **more: str) -> str:
	"""Another report on the same period."""
	wanted = {"plant_site": period.plant_site, "period": period_text(period), **more}
	return f"/app/query-report/{quote(report)}?{urlencode(wanted, quote_via=quote)}"


def period_text(period: Period) -> str:
	"""As the filter of a report takes it; of a length that none has, its first year."""
	texts = (
		f"{period.first}",
		f"{period.first.year}-Q{(period.first.month + 2) // 3}",
		f"{period.first.year}",
	)
	return next((text for text in texts if months_of(text) == (period.first, period.last)), texts[-1])


def is_left_to_prepare(report: str, rows: int) -> bool:
	"""Whether a report has more rows than anybody waits for. From then on the Desk prepares it in the background."""
	if rows <= PREPARED_ROWS or frappe.db.get_value("Report", report, "prepared_report"):
		return False
	frappe.enqueue(have_prepared, report=report)
	frappe.msgprint(
		_(
			"{0} would have {1} rows. It is prepared in the background from now on: reload the page and press"
			" Generate New Report, or ask for less."
		).format(escape_html(_(report)), rows),
		title=_("Many Rows"),
	)
	return True


def have_prepared(report: str) -> None:
	"""The job behind it: a report is read, and what a read writes is rolled back."""
	frappe.db.set_value("Report", report, "prepared_report", 1)
