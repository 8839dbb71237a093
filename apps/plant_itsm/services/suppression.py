"""Why a rule may open nothing new at this moment. Suppression stops creation, never recording and never resolution."""

from __future__ import annotations

from datetime import datetime

from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.vocabulary import NOT_STOPS, EventKind, MaintenanceScope
from plant_itsm.ports import Record, Records
from plant_itsm.services.openings import Openings
from plant_itsm.services.rule_states import RuleStates
from plant_itsm.services.settings import Settings

SHELVING = "Signal Shelving"
MAINTENANCE = "Maintenance Mode"


class Suppression:
	"""Answers for one transaction; reads shelvings and maintenance modes when it is first asked."""

	def __init__(
		self, records: Records, openings: Openings, states: RuleStates, settings: Settings, now: datetime
	):
		self._records = records
		self._openings = openings
		self._states = states
		self._limit = settings.incidents_per_rule_and_hour
		self._now = now
		self._running: dict[str, list[Record]] = {}

	def reason(self, rule: SignalRule, kind: EventKind) -> str | None:
		"""The reason as a person reads it, or None where nothing suppresses the rule."""
		if kind in NOT_STOPS:
			return None
		return (
			self._shelved(rule) or self._in_maintenance(rule) or self._by_design(rule) or self._limited(rule)
		)

	def _rows(self, doctype: str) -> list[Record]:
		"""The rows of a DocType with a start and an end that are in force now."""
		if doctype not in self._running:
			self._running[doctype] = self._records.find(
				doctype, {"starts_at": ("<=", self._now), "ends_at": (">", self._now)}
			)
		return self._running[doctype]

	def _shelved(self, rule: SignalRule) -> str | None:
		for row in self._rows(SHELVING):
			if row["signal_rule"] == rule.name:
				return f"shelved until {_moment(row['ends_at'])}: {row['reason']}"
		return None

	def _in_maintenance(self, rule: SignalRule) -> str | None:
		rows = self._rows(MAINTENANCE)
		if not rows:
			return None
		ci = self._records.get("OT CI", rule.ci) or {}
		places = {
			(MaintenanceScope.CI, rule.ci),
			(MaintenanceScope.LINE, ci.get("production_line")),
		}
		for row in rows:
			if (row["scope"], row["target"]) in places:
				return f"maintenance mode of {row['target']} until {_moment(row['ends_at'])}: {row['reason']}"
		return None

	def _by_design(self, rule: SignalRule) -> str | None:
		if rule.suppress_while and self._states.is_active(rule.suppress_while):
			return f"suppressed by design while {rule.suppress_while} is active"
		return None

	def _limited(self, rule: SignalRule) -> str | None:
		if self._limit and self._openings.within_the_hour(rule.name, self._now) >= self._limit:
			return f"limited: the rule has opened {self._limit} incidents within an hour"
		return None


def _moment(at: datetime) -> str:
	return at.isoformat(timespec="minutes")
