"""Production counts: units that signal rules have counted, one row per rule, line and shift, and those people enter."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from plant_itsm.domain.calendars import ShiftCalendar, ShiftRun
from plant_itsm.domain.counting import Counted, check_entry, count, quantities_of
from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.oee import Quantities
from plant_itsm.domain.periods import check_period
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import Reading, key_of
from plant_itsm.domain.vocabulary import CountSource
from plant_itsm.ports import Record, Records
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.lines import line_of_ci
from plant_itsm.services.oee import COUNT, mark_changed
from plant_itsm.services.rule_states import RuleStates


class _Place(NamedTuple):
	"""What one row stands for. start: of the shift."""

	rule: str
	line: str
	start: datetime


class BatchCounts:
	"""Counts the readings of one batch. Nothing is written before `save`: no row per message.

	refused_by: the rule that refused the dead letter that is taken now; only there its units are missing.
	"""

	def __init__(self, records: Records, states: RuleStates):
		self._records = records
		self._states = states
		self._lines: dict[str, str] = {}
		self._calendars: dict[str, ShiftCalendar] = {}
		self._counted: dict[_Place, tuple[ShiftRun, Quantities]] = {}
		self.refused_by = ""

	def take(self, rule: SignalRule, reading: Reading) -> Counted:
		"""Count a reading for the shift of its source time.

		Raises RuleError when its value cannot be counted, or its CI belongs to no line.
		"""
		line = self._line(rule.ci)
		if not line:
			raise RuleError(
				f"Signal Rule {rule.name} counts units of OT CI {rule.ci!r}, which belongs to no production line:"
				" enter the line of the CI, or choose another CI in the rule"
			)
		before = self._states.of(rule, reading.address)
		if reading.replayed and self.refused_by not in ("", rule.name):
			return Counted(before, 0, "a replay: it was counted when it came")
		counted = count(rule, before, reading)
		self._states.keep(rule, reading.address, counted.state)
		if counted.steps:
			self._add(rule, line, reading.at, quantities_of(rule, counted.steps))
		return counted

	def _add(self, rule: SignalRule, line: str, at: datetime, quantities: Quantities) -> None:
		run = self._calendar(line).run_at(at)
		place = _Place(rule.name, line, run.span.start)
		_, before = self._counted.get(place, (run, Quantities()))
		self._counted[place] = run, before + quantities

	def _line(self, ci: str) -> str:
		if ci not in self._lines:
			self._lines[ci] = line_of_ci(self._records, ci)
		return self._lines[ci]

	def _calendar(self, line: str) -> ShiftCalendar:
		if line not in self._calendars:
			self._calendars[line] = calendar_of(self._records, line)
		return self._calendars[line]

	def save(self) -> None:
		"""Write the rows, and which lines have to be computed anew."""
		for place in sorted(self._counted):
			run, quantities = self._counted[place]
			self._write(place, run, quantities)
			mark_changed(self._records, place.line, run.span.start)
		self._counted.clear()

	def _write(self, place: _Place, run: ShiftRun, more: Quantities) -> None:
		key = key_of(place.rule, place.line, place.start.isoformat())
		known = self._records.find(COUNT, {"count_key": key}, limit=1)
		if known:
			total = _quantities(known[0]) + more
			values = {"produced": total.produced, "scrap": total.scrap}
			self._records.update(COUNT, known[0]["name"], values)
			return
		line = self._records.get("Production Line", place.line) or {}
		self._records.insert(
			COUNT,
			{
				"count_key": key,
				"production_line": place.line,
				"product": line.get("product"),
				"source": CountSource.SIGNAL_RULE,
				"signal_rule": place.rule,
				"period_from": run.span.start,
				"period_to": run.span.end,
				"produced": more.produced,
				"scrap": more.scrap,
			},
		)


def check_count(records: Records, record: Record) -> None:
	"""Refuse a count that a person or another system enters and that cannot be. Those of signals are kept as counted:
	a rule that counts scrap alone has more scrap than units."""
	check_period(record["period_from"], record["period_to"])
	if record["source"] == CountSource.SIGNAL_RULE:
		return
	run = calendar_of(records, record["production_line"]).run_at(record["period_from"])
	check_entry(record["period_from"], record["period_to"], _quantities(record), run)


def _quantities(row: Record) -> Quantities:
	return Quantities(row["produced"] or 0, row["scrap"] or 0, row["startup_scrap"] or 0)
