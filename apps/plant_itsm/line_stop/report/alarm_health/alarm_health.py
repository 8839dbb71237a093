"""The alarm system against ISA-18.2 and EEMUA 191: its figures, and the alarms that come most often."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint
from pypika import Interval
from pypika.analytics import Lag
from pypika.functions import Count, Floor, Function
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion

from plant_itsm.domain.alarm_health import (
	CHATTER_RAISES,
	CHATTER_WINDOW,
	INTERVAL,
	STALE_AFTER,
	Alarms,
	Figure,
	alarm_health,
)
from plant_itsm.domain.time_spans import Span
from plant_itsm.domain.vocabulary import NOT_STOPS, Transition
from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.frappe_site.reporting import (
	Row,
	Scope,
	chart,
	column,
	figure,
	formulas,
	link,
	percentage,
	scope_of,
	site_moment,
)
from plant_itsm.services.rule_states import HOLDS_OPEN

SHOWN = 200
"""Alarms that the table lists; the figures count all."""
CHART_BARS = 10
_NO_ALARMS = [str(kind) for kind in NOT_STOPS]


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	scope = scope_of(filters)
	sums, chattering = _by_alarm(scope), _chattering(scope)
	alarms = Alarms(
		period=scope.past(),
		operators=cint((filters or {}).get("operators")) or 1,
		by_interval=_by_interval(scope),
		by_alarm={_key(row): row["alarms"] for row in sums},
		floods=_floods(scope),
		chattering=chattering,
		stale=_stale(scope),
	)
	rows = [_row(row, alarms) for row in sums[:SHOWN]]
	figures = alarm_health(alarms)
	return _columns(), rows, _message(figures), _chart(rows), [_summary(one) for one in figures]


def _raised(scope: Scope) -> tuple[Table, QueryBuilder]:
	"""Alarms of the lines, and of the CIs of the sites that belong to no line."""
	event, ci = frappe.qb.DocType("OT Signal Event"), frappe.qb.DocType("OT CI")
	query = (
		frappe.qb.from_(event)
		.join(ci)
		.on(event.ci == ci.name)
		.where(scope.moments(event.received_time) & (event.transition == str(Transition.RAISED)))
		.where(event.event_kind.notin(_NO_ALARMS) & _here(scope, ci))
	)
	return event, query


def _here(scope: Scope, ci: Table) -> Criterion:
	no_line = ci.production_line.isnull() | (ci.production_line == "")
	return scope.on_lines(ci) | (no_line & ci.plant_site.isin(scope.sites or ("",)))


def _by_alarm(scope: Scope) -> list[Row]:
	event, query = _raised(scope)
	keys = (event.signal_rule, event.address, event.ci, event.event_kind)
	rows: list[Row] = (
		query.select(*keys, Count("*").as_("alarms")).groupby(*keys).orderby(Count("*"), order=frappe.qb.desc)
	).run(as_dict=True)
	return rows


def _by_interval(scope: Scope) -> list[int]:
	event, query = _raised(scope)
	interval = Floor(Function("UNIX_TIMESTAMP", event.received_time) / INTERVAL.total_seconds())
	counts: list[int] = query.select(Count("*")).groupby(interval).run(pluck=True)
	return counts


def _chattering(scope: Scope) -> dict[str, int]:
	"""How often each alarm came for the third time within a minute."""
	event, query = _raised(scope)
	two_before = (
		Lag(event.received_time, CHATTER_RAISES - 1)
		.over(event.signal_rule, event.address)
		.orderby(event.received_time)
	)
	raised = query.select(event.signal_rule, event.address, event.received_time, two_before.as_("two_before"))
	earliest = raised.received_time - Interval(seconds=int(CHATTER_WINDOW.total_seconds()))
	rows = (
		frappe.qb.from_(raised)
		.select(raised.signal_rule, raised.address, Count("*").as_("times"))
		.where(raised.two_before >= earliest)
		.groupby(raised.signal_rule, raised.address)
		.run(as_dict=True)
	)
	return {_key(row): row["times"] for row in rows}


def _floods(scope: Scope) -> list[Span]:
	"""Floods are those of the whole plant."""
	period = scope.past()
	floods = FrappeRecords().find("Alarm Flood", {"started_at": ("<", period.end)})
	return [Span(flood["started_at"], flood["ended_at"] or period.end) for flood in floods]


def _stale(scope: Scope) -> list[str]:
	state, ci = frappe.qb.DocType("Signal State"), frappe.qb.DocType("OT CI")
	rows = (
		frappe.qb.from_(state)
		.join(ci)
		.on(state.ci == ci.name)
		.select(state.signal_rule, state.address)
		.where(state.phase.isin([str(phase) for phase in HOLDS_OPEN]) & state.event_kind.notin(_NO_ALARMS))
		.where((state.since < site_moment(SystemClock().now() - STALE_AFTER)) & _here(scope, ci))
		.run(as_dict=True)
	)
	return [_key(row) for row in rows]


def _key(row: Row) -> str:
	return f"{row['signal_rule']} {row['address']}"


def _row(sums: Row, alarms: Alarms) -> Row:
	key = _key(sums)
	return {
		**sums,
		"share": round(100 * sums["alarms"] / sum(alarms.by_alarm.values()), 2),
		"chattering": alarms.chattering.get(key, 0),
		"stale": int(key in alarms.stale),
	}


def _columns() -> list[Row]:
	return [
		link("signal_rule", _("Signal rule"), "Signal Rule", 200),
		link("ci", _("CI"), "OT CI", 140),
		column("event_kind", _("Kind"), width=140),
		column("address", _("Address"), width=320),
		column("alarms", _("Alarms"), "Int", 90),
		percentage("share", _("Share")),
		column("chattering", _("Chattered"), "Int", 100),
		column("stale", _("Stale"), "Check", 70),
	]


def _message(figures: tuple[Figure, ...]) -> str | None:
	"""Every figure with its formula and its limit."""
	lines = (
		f"{_(one.name)}: {one.formula} ({_('limit')} {one.limit}{one.unit and ' ' + one.unit})"
		for one in figures
	)
	return formulas(_("Formulas and limits (ISA-18.2, EEMUA 191)"), lines)


def _chart(rows: list[Row]) -> Row | None:
	shown = rows[:CHART_BARS]
	return chart(
		"bar", [row["signal_rule"] for row in shown], {_("Alarms"): [row["alarms"] for row in shown]}
	)


def _summary(one: Figure) -> Row:
	value = None if one.value is None else round(float(one.value), 2)
	datatype = "Percent" if one.unit == "%" else "Float"
	return figure(_(one.name), value, datatype, "Green" if one.is_met else "Red")
