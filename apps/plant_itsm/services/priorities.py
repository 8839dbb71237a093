"""The plant's priority rules, and the priority that they give an incident."""

from __future__ import annotations

from decimal import Decimal

from plant_itsm.domain.incidents import IncidentImpact
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.priorities import Priority, PriorityRule, Urgency, priority_of
from plant_itsm.domain.vocabulary import EventKind, LineState
from plant_itsm.ports import Record, Records
from plant_itsm.services.impact_fields import money_of
from plant_itsm.services.incident_lines import lines_of

DOCTYPE = "Priority Rule"


def priority_rule(row: Record) -> PriorityRule:
	amount = to_decimal(row["cost_per_hour_from"] or 0)
	minutes = Decimal(str(row["within_minutes"] or 0)) if row["limit_time_to_impact"] else None
	return PriorityRule(
		name=row["rule_name"],
		priority=row["priority"],
		kind=EventKind(row["kind"]) if row["kind"] else None,
		cost_per_hour_from=Money(amount, row["currency"] or "") if amount else None,
		within_minutes=minutes,
	)


def priority_rules(records: Records) -> tuple[PriorityRule, ...]:
	"""The enabled rules in the order in which they are asked."""
	rows = records.find(DOCTYPE, {"enabled": True}, order_by="position")
	return tuple(priority_rule(row) for row in rows)


def priority_names(records: Records) -> set[str]:
	"""The priorities that a ticket may get."""
	return {rule.priority for rule in priority_rules(records)}


def priority_for(records: Records, kind: EventKind, impact: IncidentImpact) -> Priority | None:
	"""What the rules say of a kind of trouble with this impact."""
	return priority_of(priority_rules(records), Urgency(kind, impact.cost_per_hour, impact.minutes_to_impact))


def urgency_values(records: Records, stop: Record) -> Record:
	"""The fields priority and priority_reason of an open incident that counts as something else now.

	One that has a priority keeps one, as it has its ticket: where no rule speaks of it any more, that of the last rule.
	"""
	rules, kind = priority_rules(records), EventKind(stop["kind"])
	seconds = [row["reached_after_seconds"] for row in lines_of(stop) if row["state"] == LineState.STOPPED]
	minutes = Decimal(str(min(seconds))) / 60 if seconds else None
	cost = money_of(stop["cost_per_hour"], stop["currency"])
	found = priority_of(rules, Urgency(kind, cost, minutes))
	if found is None and rules and stop["priority"]:
		last = rules[-1].priority
		found = Priority(
			last, f"{last} because no rule speaks of a {str(kind).lower()}: that of the last rule"
		)
	return {"priority": found.name, "priority_reason": found.reason} if found else {}


def choose_priority(records: Records, line_stop: str, priority: str, reason: str) -> None:
	"""Let a priority go before the computed one; choosing the computed one takes the choice back."""
	stop = records.get("Line Stop", line_stop, for_update=True)
	if stop is None or effective_priority(stop) == priority:
		return
	is_computed = priority == stop["priority"]
	records.update(
		"Line Stop",
		line_stop,
		{
			"priority_override": None if is_computed else priority,
			"priority_override_reason": None if is_computed else reason,
		},
	)


def effective_priority(stop: Record) -> str | None:
	"""What a person has set, else what was computed."""
	priority: str | None = stop["priority_override"] or stop["priority"]
	return priority
