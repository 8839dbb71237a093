"""What a line stop is called, how its ticket reads, and what it cost in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from html import escape

from plant_itsm.domain.cost_models import cost_of
from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import EventKind, LineState

NAMED_LINES = 3
"""Lines that a title names before it only counts them."""


def open_key(kind: EventKind, ci: str) -> str:
	"""What is open at most once: one kind of trouble at one CI."""
	return f"{kind}: {ci}"


def title(kind: EventKind, ci: str, lines: Sequence[str]) -> str:
	"""`LINE STOP — Assembly Line 3`; the CI stands in where no line depends on it."""
	names = ", ".join(lines[:NAMED_LINES]) or f"{ci} (no line depends on it)"
	rest = len(lines) - NAMED_LINES
	return f"{str(kind).upper()} — {names}" + (f" and {rest} more" if rest > 0 else "")


def weigh(kind: EventKind, impact: Impact) -> Impact:
	"""The impact that a kind of trouble really has: only a line stop is known to block units and cost money."""
	if kind == EventKind.LINE_STOP:
		return impact
	if kind == EventKind.PLANNED_STOP:
		return impact.unpriced(LineState.STOPPED, "planned stop: no production was planned")
	if kind == EventKind.STARVED_OR_BLOCKED:
		return impact.unpriced(LineState.STOPPED, "starved or blocked: the stop that causes it is priced")
	if kind == EventKind.DEGRADED:
		return impact.unpriced(LineState.DEGRADED, "degraded: what it costs is not known")
	rate = f"; if it is one it costs {impact.cost_per_hour} per hour" if impact.cost_per_hour else ""
	return impact.unpriced(LineState.DEGRADED, f"loss of view: no proven stop{rate}")


@dataclass(frozen=True)
class Evidence:
	"""The signal that opened the stop, as a person should read it."""

	rule: str
	connection: str
	address: str
	value: str
	at: datetime


def description(kind: EventKind, ci_label: str, impact: Impact, evidence: Evidence) -> str:
	"""The HTML of a ticket to act on: what failed, what stands still, why we think so, what to do first."""
	seen = (
		f"Signal Rule <b>{escape(evidence.rule)}</b> at {evidence.at.isoformat(timespec='seconds')}: "
		f"<code>{escape(evidence.address)}</code> = <code>{escape(evidence.value)}</code> "
		f"(OT Connection {escape(evidence.connection)})"
	)
	rows = "".join(_line_row(line) for line in impact.lines) or "<li>No production line depends on it.</li>"
	more = len(impact.affected_cis)
	return (
		f"<p><b>{escape(ci_label)}</b>: {str(kind).lower()}.</p>"
		f"<p>{_money_sentence(impact)}</p>"
		f"<ul>{rows}</ul>"
		f"<p>{more} more configuration item{'' if more == 1 else 's'} affected"
		f"{': ' + escape(', '.join(impact.affected_cis)) if more else ''}.</p>"
		f"<p>{seen}.</p>"
		"<p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>"
	)


def _money_sentence(impact: Impact) -> str:
	parts = [f"{impact.units_per_shift} units per shift are blocked"]
	if impact.cost_per_hour is not None:
		parts.append(f"it costs {impact.cost_per_hour} per hour")
	parts += [escape(reason) for reason in impact.not_priced]
	return "; ".join(parts) + "."


def _line_row(impact: LineImpact) -> str:
	product = f", {escape(impact.line.product)}" if impact.line.product else ""
	money = f", {impact.cost_per_hour} per hour" if impact.cost_per_hour else ""
	return (
		f"<li><b>{escape(impact.line.name)}</b> {str(impact.state).lower()}{product}: "
		f"{impact.units_blocked_per_shift} units per shift{money} ({escape(impact.path)})</li>"
	)


@dataclass(frozen=True)
class Settlement:
	"""The end of a stop. explanation: the formula with its inputs, or why there is no cost."""

	ended_at: datetime
	duration_seconds: Decimal
	cost: Money | None
	explanation: str


def settle(
	onset: datetime,
	ended_at: datetime,
	cost_per_hour: Money | None,
	models: Sequence[str],
	interrupted: Decimal = Decimal(0),
) -> Settlement:
	"""Close a stop: its duration from onset to end, less the seconds that it was interrupted, and its cost at the
	rate with which it was opened.

	An end before the onset (clocks of two sources differ) counts as an end at the onset.
	"""
	end = max(onset, ended_at)
	seconds = max(exact_seconds(end - onset) - interrupted, Decimal(0))
	if cost_per_hour is None:
		return Settlement(
			end, seconds, None, "not priced: no cost per hour was known when the stop was opened"
		)
	cost = cost_of(cost_per_hour, seconds)
	source = ", ".join(models)
	return Settlement(
		end, seconds, cost, f"{cost_per_hour} per hour × {seconds} s ÷ 3600 s = {cost} ({source})"
	)


def exact_seconds(span: timedelta) -> Decimal:
	"""A span in seconds, to the microsecond and without a float in between."""
	return Decimal(span.days * 86400 + span.seconds) + Decimal(span.microseconds) / 1_000_000


def duration_text(seconds: Decimal) -> str:
	"""`1 h 02 min 03 s`, without leading zero parts."""
	whole = int(seconds)
	hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
	if hours:
		return f"{hours} h {minutes:02} min {rest:02} s"
	return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
