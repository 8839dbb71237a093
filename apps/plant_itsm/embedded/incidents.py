"""A line stop as it is told to people: what the services wrote about it, read back from the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from plant_itsm.domain.line_stops import duration_text
from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import OutboxAction, OutboxStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.impact_fields import money_of, rate_of

SIGNALS = ("received", "events", "suppressed", "dead_lettered")


@dataclass(frozen=True)
class IncidentLine:
	name: str
	state: str
	product: str
	units_per_shift: int
	cost_per_hour: Money | None
	path: str
	not_priced: str


@dataclass(frozen=True)
class Incident:
	"""source: "mqtt" or "opcua". latency_ms: from sending the signal to the ticket; None where the sending was not
	timed."""

	line_stop: str
	ticket: str
	title: str
	priority: str
	source: str
	root_ci: str
	address: str
	value: str
	lines: tuple[IncidentLine, ...]
	units_per_shift: int
	cost_per_hour: Money | None
	not_priced: str
	notified_roles: tuple[str, ...]
	notified_users: tuple[str, ...]
	onset: datetime
	ended_at: datetime | None
	duration_seconds: Decimal
	cost: Money | None
	cost_explanation: str
	description: str
	comments: tuple[str, ...]
	latency_ms: float | None

	@property
	def duration(self) -> str:
		"""Below ten seconds with its fraction: a demo's stops are short."""
		if self.duration_seconds < 10:
			return f"{self.duration_seconds:.2f} s"
		return duration_text(self.duration_seconds)

	def as_json(self) -> dict[str, Any]:
		return {
			"title": self.title,
			"priority": self.priority,
			"source": self.source,
			"root_ci": self.root_ci,
			"lines": [line.name for line in self.lines],
			"units_per_shift": self.units_per_shift,
			"cost_per_hour": self.cost_per_hour and self.cost_per_hour.as_json(),
			"notified": list(self.notified_roles),
			"latency_ms": self.latency_ms,
			"ticket": self.ticket,
			"line_stop": self.line_stop,
			"notified_users": list(self.notified_users),
			"duration_seconds": float(self.duration_seconds),
			"cost": self.cost and self.cost.as_json(),
		}


def is_delivered(records: Records, line_stop: str) -> bool:
	"""Whether all that had to follow a stop so far has been done."""
	return not records.count("Outbox Entry", {"line_stop": line_stop, "status": ("!=", OutboxStatus.DONE)})


def incident_of(records: Records, line_stop: str, sent_at: datetime | None = None) -> Incident:
	"""The incident of a stop that has its ticket. sent_at: when the signal that opened it was sent."""
	stop = records.get("Line Stop", line_stop)
	ticket = records.get("HD Ticket", stop["hd_ticket"]) if stop else None
	assert stop is not None, line_stop
	assert ticket is not None, f"{line_stop} has no ticket"
	connection = records.get("OT Connection", stop["connection"]) or {}
	rule = records.get("Signal Rule", stop["signal_rule"]) or {}
	return Incident(
		line_stop=line_stop,
		ticket=ticket["name"],
		title=ticket["subject"],
		priority=ticket["priority"],
		source=str(connection.get("protocol", "")).lower().replace(" ", ""),
		root_ci=stop["root_ci"],
		address=rule.get("address", ""),
		value=_raising_value(records, line_stop),
		lines=tuple(_line(row) for row in stop["lines"]),
		units_per_shift=stop["units_per_shift"],
		cost_per_hour=rate_of(stop),
		not_priced=stop["not_priced"] or "",
		notified_roles=_listed(stop["notified_roles"]),
		notified_users=_listed(stop["notified_users"]),
		onset=stop["onset"],
		ended_at=stop["ended_at"],
		duration_seconds=Decimal(str(stop["duration_seconds"] or 0)),
		cost=money_of(stop["cost"], stop["currency"]) if stop["ended_at"] else None,
		cost_explanation=stop["cost_explanation"] or "",
		description=ticket["description"] or "",
		comments=tuple(row["content"] for row in _comments(records, ticket["name"])),
		latency_ms=_latency_ms(records, line_stop, sent_at),
	)


def _line(row: Record) -> IncidentLine:
	return IncidentLine(
		name=row["production_line"],
		state=row["state"],
		product=row["product"] or "",
		units_per_shift=row["units_per_shift"],
		cost_per_hour=rate_of(row),
		path=row["path"] or "",
		not_priced=row["not_priced"] or "",
	)


def _listed(text: str | None) -> tuple[str, ...]:
	return tuple(text.split(", ")) if text else ()


def _comments(records: Records, ticket: str) -> list[Record]:
	return records.find("HD Ticket Comment", {"reference_ticket": ticket}, order_by="creation")


def _raising_value(records: Records, line_stop: str) -> str:
	events = records.find("OT Signal Event", {"line_stop": line_stop}, order_by="received_time", limit=1)
	return str(events[0]["value"]) if events else ""


def _latency_ms(records: Records, line_stop: str, sent_at: datetime | None) -> float | None:
	"""Until the outbox noted the ticket as done, which is the last write before its commit."""
	entries = records.find("Outbox Entry", {"line_stop": line_stop, "action": OutboxAction.OPEN_TICKET})
	if sent_at is None or not entries or entries[0]["done_at"] is None:
		return None
	done_at: datetime = entries[0]["done_at"]
	return round((done_at - sent_at).total_seconds() * 1000, 1)


def signal_counts(records: Records) -> dict[str, int]:
	"""What has become of all signals: received = events + suppressed + dead_lettered, once no delay runs."""
	rows = records.find("OT Connection State")
	return {key: sum(row[key] for row in rows) for key in SIGNALS}


def adds_up(counts: dict[str, int]) -> bool:
	return counts["received"] == counts["events"] + counts["suppressed"] + counts["dead_lettered"]
