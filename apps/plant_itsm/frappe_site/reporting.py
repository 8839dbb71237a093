"""What the script reports share: the lines and the period that are asked for, and columns with numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate
from pypika.queries import Table
from pypika.terms import Criterion

from plant_itsm.domain.time_spans import Span
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.values import system_zone

HOUR_SECONDS = 3600
COLOURS = ("#cfe6fb", "#a3cff5", "#74b2ea", "#1d5fa6")
"""Of the series of a chart; the last one is the darkest."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
	"""What a report is asked for: days from `start` to `end`, both inclusive, and the lines that the user may read.

	sites: whose CIs without a line count too; none where one line is asked for.
	"""

	start: date
	end: date
	lines: tuple[str, ...]
	sites: tuple[str, ...] = ()

	def days(self, column: Any) -> Criterion:
		return column[self.start : self.end]

	def moments(self, column: Any) -> Criterion:
		"""The same days of a Datetime column, which is kept in the time zone of the site."""
		first = datetime.combine(self.start, time())
		return (column >= first) & (column < datetime.combine(self.end + timedelta(days=1), time()))

	def on_lines(self, table: Table) -> Criterion:
		return table.production_line.isin(self.lines or ("",))

	def past(self) -> Span:
		"""The period in the time zone of the site, as far as it has passed."""
		zone = system_zone()
		first = datetime.combine(self.start, time(), zone)
		last = datetime.combine(self.end + timedelta(days=1), time(), zone)
		return Span(first, max(first, min(last, SystemClock().now())))


def scope_of(filters: Mapping[str, Any] | None) -> Scope:
	"""Refuses a period that is missing or ends before it starts."""
	asked = filters or {}
	if not asked.get("from_date") or not asked.get("to_date"):
		frappe.throw(_("Choose from and to date."), title=_("No Period"))
	start, end = getdate(asked["from_date"]), getdate(asked["to_date"])
	if end < start:
		frappe.throw(_("To date {0} lies before from date {1}. Swap them.").format(end, start))
	sites = _permitted("Plant Site", asked.get("plant_site"))
	return Scope(start, end, _lines_of(sites, asked), () if asked.get("production_line") else sites)


def permitted_lines(filters: Mapping[str, Any]) -> tuple[str, ...]:
	"""The lines of a site, or of all, that the user may read; one alone where it is asked for."""
	return _lines_of(_permitted("Plant Site", filters.get("plant_site")), filters)


def _lines_of(sites: tuple[str, ...], filters: Mapping[str, Any]) -> tuple[str, ...]:
	areas = _permitted("Plant Area", plant_site=["in", sites])
	return _permitted("Production Line", filters.get("production_line"), plant_area=["in", areas])


def _permitted(doctype: str, name: str | None = None, **filters: Any) -> tuple[str, ...]:
	"""What the user may read: permissions for sites, areas and lines all count."""
	wanted = {**filters, "name": name} if name else filters
	return tuple(
		frappe.get_list(doctype, filters=wanted, pluck="name", order_by="name asc", limit_page_length=0)
	)


def column(fieldname: str, label: str, fieldtype: str = "Data", width: int = 110, **more: Any) -> Row:
	if fieldtype == "Data":
		more = {
			"align": "left",
			**more,
		}  # else the table takes a column for numbers whose first value is empty
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def link(fieldname: str, label: str, doctype: str, width: int = 160) -> Row:
	return column(fieldname, label, "Link", width, options=doctype)


def currency_column(**more: Any) -> Row:
	"""No link: Frappe refuses a report with one to whoever may not read the DocType Currency itself."""
	return column("currency", _("Currency"), width=90, **more)


def number(fieldname: str, label: str, precision: int = 1, width: int = 150) -> Row:
	return column(fieldname, label, "Float", width, precision=precision)


def percentage(fieldname: str, label: str, width: int = 110) -> Row:
	return column(fieldname, label, "Percent", width, precision=1)


def hours(seconds: Any) -> float | None:
	return None if seconds is None else round(float(seconds) / HOUR_SECONDS, 3)


def minutes(seconds: Any) -> float | None:
	return None if seconds is None else round(float(seconds) / 60, 2)


def percent(ratio: Decimal | None) -> float | None:
	return None if ratio is None else round(float(ratio * 100), 2)


def site_moment(moment: datetime | None) -> datetime | None:
	"""A moment as the Desk shows it: without a zone, in that of the site."""
	return None if moment is None else moment.astimezone(system_zone()).replace(tzinfo=None)


def figure(label: str, value: Any, datatype: str = "Float", indicator: str = "Blue", **more: Any) -> Row:
	"""One figure above the chart, written as the user writes numbers; one that cannot be told is a dash.

	number: the value itself. The Desk would show a ratio with three decimal places.
	"""
	if value is None:
		return {"label": label, "value": "–", "number": None, "datatype": "Data", "indicator": "Grey"}
	if datatype in ("Float", "Percent"):
		is_percent = datatype == "Percent"
		text = frappe.format_value(value, {"fieldtype": "Float", "precision": 1 if is_percent else 2})
		text += " %" if is_percent else ""
		return {"label": label, "value": text, "number": value, "datatype": "Data", "indicator": indicator}
	return {
		"label": label,
		"value": value,
		"number": value,
		"datatype": datatype,
		"indicator": indicator,
		**more,
	}


def formulas(title: str, lines: Iterable[str]) -> str | None:
	"""A message that opens to how the figures of a report came about; None of nothing."""
	rows = "".join(f"<li>{escape_html(line)}</li>" for line in lines)
	return f"<details><summary>{escape_html(title)}</summary><ul>{rows}</ul></details>" if rows else None


def explained(width: int = 600) -> Row:
	"""The column in which each row says its formulas with what was put into them."""
	return column("explanation", _("How it came about"), width=width)


def chart(kind: str, labels: Sequence[str], values: Mapping[str, Iterable[Any]], **more: Any) -> Row | None:
	"""A chart of one or several series by their names; None of nothing."""
	if not labels:
		return None
	datasets = [{"name": name, "values": list(series)} for name, series in values.items()]
	colours = list(COLOURS[-len(datasets) :])
	return {"data": {"labels": list(labels), "datasets": datasets}, "type": kind, "colors": colours, **more}
