"""What a line stop is called, and how its ticket reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.impact import Impact, LineImpact
from plant_itsm.domain.money import to_decimal
from plant_itsm.domain.vocabulary import EventKind, LineState

NAMED_LINES = 3
"""Lines that a title names before it only counts them."""


def open_key(kind: EventKind, ci: str) -> str:
	"""What is open at most once: one kind of trouble at one CI."""
	return f"{kind}: {ci}"


DRILL_PREFIX = "DRILL: "
"""Begins the title of what is rehearsed."""


def title(kind: EventKind, ci: str, lines: Sequence[str], *, is_drill: bool = False) -> str:
	"""`LINE STOP — Assembly Line 3`; the CI stands in where no line depends on it."""
	names = ", ".join(lines[:NAMED_LINES]) or f"{ci} (no line depends on it)"
	rest = len(lines) - NAMED_LINES
	prefix = DRILL_PREFIX if is_drill else ""
	return f"{prefix}{str(kind).upper()} — {names}" + (f" and {rest} more" if rest > 0 else "")


def check_end(what: str, onset: datetime, ended_at: datetime | None) -> None:
	"""Refuse a stop that ends before it begins. `what` names it."""
	if ended_at is not None and ended_at < onset:
		raise InvalidRecordError(
			f"{what}: its end {_at(ended_at)} lies before its onset {_at(onset)}. Enter a later end or an earlier"
			" onset.",
			fieldname="ended_at",
		)


def check_past(what: str, moments: Mapping[str, datetime | None], now: datetime) -> None:
	"""Refuse moments of a stop, by what they are, that have not come yet."""
	for name, moment in moments.items():
		if moment is not None and moment > now:
			raise InvalidRecordError(
				f"{what}: {name} {_at(moment)} lies in the future. Enter a moment up to {_at(now)}; a stop to come is"
				" a Maintenance Mode or an OT Change Request."
			)


def _at(moment: datetime) -> str:
	return f"{moment:%Y-%m-%d %H:%M:%S %Z}"


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
	"""The signal that opened the stop, as a person should read it. at: in the time zone of the plant."""

	rule: str
	connection: str
	address: str
	value: str
	at: datetime


def description(kind: EventKind, ci_label: str, impact: Impact, evidence: Evidence) -> str:
	"""The HTML of a ticket to act on: what failed, what stands still, why we think so, what to do first."""
	seen = (
		f"Signal Rule <b>{escape(evidence.rule)}</b> at {evidence.at:%Y-%m-%d %H:%M:%S %Z}: "
		f"<b>{escape(evidence.address)}</b> = <b>{escape(evidence.value)}</b> "
		f"(OT Connection {escape(evidence.connection)})"
	)
	return (
		f"<p><b>{escape(ci_label)}</b>: {str(kind).lower()}.</p>"
		f"{impact_html(impact)}"
		f"<p>{seen}.</p>"
		"<p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>"
	)


def impact_html(impact: Impact) -> str:
	"""Units and money, the lines with the way on which the failure reaches each, and the other CIs."""
	rows = "".join(_line_row(line) for line in impact.lines) or "<li>No production line depends on it.</li>"
	more = len(impact.affected_cis)
	return (
		f"<p>{_money_sentence(impact)}</p>"
		f"<ul>{rows}</ul>"
		f"<p>{more} more configuration item{'' if more == 1 else 's'} affected"
		f"{': ' + escape(', '.join(impact.affected_cis)) if more else ''}.</p>"
	)


def _money_sentence(impact: Impact) -> str:
	parts = [f"{impact.units_per_shift} units per shift are blocked"]
	if impact.cost_per_hour is not None:
		parts.append(f"it costs {impact.cost_per_hour} per hour{_until_buffers_are_empty(impact)}")
	parts += [escape(reason) for reason in impact.not_priced]
	return "; ".join(parts) + "."


def _until_buffers_are_empty(impact: Impact) -> str:
	if impact.cost_per_hour_now == impact.cost_per_hour:
		return ""
	return f" once the buffers are empty, {impact.cost_per_hour_now or 'nothing'} until then"


def _line_row(impact: LineImpact) -> str:
	product = f", {escape(impact.line.product)}" if impact.line.product else ""
	money = f", {impact.cost_per_hour} per hour" if impact.cost_per_hour else ""
	buffered = impact.reached_after_seconds
	after = f" after {duration_text(to_decimal(buffered))}" if buffered else ""
	return (
		f"<li><b>{escape(impact.line.name)}</b> {str(impact.state).lower()}{after}{product}: "
		f"{impact.units_blocked_per_shift} units per shift{money} ({escape(impact.path)})</li>"
	)


def duration_text(seconds: Decimal) -> str:
	"""`1 h 02 min 03 s`, without leading zero parts."""
	whole = int(seconds)
	hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
	if hours:
		return f"{hours} h {minutes:02} min {rest:02} s"
	return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
