"""Should the ageing assets of a line be refreshed (CapEx) or maintained (OpEx)? Both ways by net present cost."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import add_months, escape_html, getdate

from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.impact_models import kept_model
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
	Row,
	chart,
	column,
	currency_column,
	figure,
	link,
	permitted_lines,
)
from plant_itsm.ports import Record
from plant_itsm.services.asset_evidence import AssetEvidence
from plant_itsm.services.refresh_assessments import DOCTYPE, sheets_of_lines

MONTHS_AHEAD = 24


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	frappe.has_permission(DOCTYPE, "read", throw=True)
	asked = filters or {}
	lines = permitted_lines(asked)
	ends_by = getdate(asked.get("ends_by") or add_months(getdate(), MONTHS_AHEAD))
	records = FrappeRecords()
	with kept_model() as model:
		evidence = AssetEvidence(records, model, SystemClock().now())
		rows = [_row(sheet) for sheet in sheets_of_lines(records, evidence, lines, ends_by)]
	return _columns(), rows, _answer(rows), _chart(rows), _summary(rows)


def _row(sheet: Record) -> Row:
	amounts = ("purchase_cost", "maintenance_per_year", "keep_cost", "replace_cost")
	return {
		"ci": sheet["ci"],
		"production_line": sheet["line"],
		"end_of_life_on": sheet["of"]["end_of_life_on"],
		"advice": _(sheet["advice"]) if sheet["advice"] else None,
		"is_refresh": sheet["advice"] == "Refresh",
		**{name: None if sheet.get(name) is None else float(sheet[name]) for name in amounts},
		"failures_per_year": sheet.get("failures_per_year"),
		"growth_percent": sheet.get("growth_percent"),
		"ready_spares": sheet.get("ready_spares"),
		"currency": sheet["currency"],
		"explanation": sheet["explanation"],
		"evidence": (sheet.get("evidence") or "").replace("\n", "; "),
	}


def _columns() -> list[Row]:
	def money(name: str, label: str, width: int = 150) -> Row:
		return column(name, label, "Currency", width, options="currency")

	return [
		link("ci", _("CI"), "OT CI", 170),
		link("production_line", _("Line"), "Production Line", 120),
		column("end_of_life_on", _("End of life"), "Date", 110),
		column("advice", _("Advice"), width=90),
		money("keep_cost", _("Keep (NPV)")),
		money("replace_cost", _("Replace (NPV)")),
		money("purchase_cost", _("Purchase")),
		money("maintenance_per_year", _("Maintenance per year")),
		column("failures_per_year", _("Failures per year"), "Float", 130, precision=2),
		column("growth_percent", _("Rise per year (%)"), "Float", 130, precision=1),
		column("ready_spares", _("Tested spares"), "Int", 110),
		currency_column(hidden=1),
		column("explanation", _("How it came about"), width=600),
		column("evidence", _("Where the figures come from"), width=600),
	]


def _compared(rows: list[Row]) -> list[Row]:
	return [row for row in rows if row["keep_cost"] is not None]


def _answer(rows: list[Row]) -> str | None:
	"""One sentence above the table for each currency."""
	sentences = []
	for currency in sorted({row["currency"] for row in rows}):
		own = [row for row in rows if row["currency"] == currency]
		refresh = [row for row in _compared(own) if row["is_refresh"]]
		saving = sum(row["keep_cost"] - row["replace_cost"] for row in refresh)
		text = _(
			"Of {0} ageing assets {1} are cheaper to refresh: CapEx {2}, {3} less in net present cost."
		).format(
			len(own),
			len(refresh),
			_money(sum(row["purchase_cost"] for row in refresh), currency),
			_money(saving, currency),
		)
		open_ones = len(own) - len(_compared(own))
		if open_ones:
			text += " " + _("{0} cannot be compared yet; their row says what is missing.").format(open_ones)
		sentences.append(escape_html(text))
	return "<br>".join(sentences) or None


def _money(amount: float, currency: str) -> str:
	return f"{frappe.format_value(amount, {'fieldtype': 'Float', 'precision': 2})} {currency}"


def _chart(rows: list[Row]) -> Row | None:
	shown = _compared(rows)[:12]
	series = {
		_("Keep"): [row["keep_cost"] for row in shown],
		_("Replace"): [row["replace_cost"] for row in shown],
	}
	return chart("bar", [row["ci"] for row in shown], series, fieldtype="Currency")


def _summary(rows: list[Row]) -> list[Row]:
	compared = _compared(rows)
	currencies = {row["currency"] for row in compared}
	refresh = sum(row["is_refresh"] for row in compared)
	counts = [
		figure(_("Refresh (CapEx)"), refresh, "Int", "Orange" if refresh else "Green"),
		figure(_("Maintain (OpEx)"), len(compared) - refresh, "Int", "Green"),
		figure(_("Not enough data"), len(rows) - len(compared), "Int", "Grey"),
	]
	if len(currencies) != 1:
		return counts
	(currency,) = currencies
	return counts + [
		figure(label, round(sum(row[name] for row in compared), 2), "Currency", currency=currency)
		for label, name in ((_("Keep all (NPV)"), "keep_cost"), (_("Replace all (NPV)"), "replace_cost"))
	]
