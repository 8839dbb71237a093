"""Reminders of the actions of reviews: when one is due, and when its effect is to be checked."""

from __future__ import annotations

from datetime import date

from plant_itsm.domain.vocabulary import ActionEffect
from plant_itsm.ports import Notice, Ports, Record
from plant_itsm.services.local_time import today_at
from plant_itsm.services.reviews import DOCTYPE, action_of

ACTION = "Review Action"


def remind(ports: Ports) -> int:
	"""Tell the people responsible what waits for them. Returns how many reminders were written.

	The notice and the day of the reminder commit together, so that nobody is told twice in a week.
	"""
	with ports.records.transaction():
		today = today_at(ports.records, ports.clock, None)
		return sum(_remind(ports, row, today) for row in _waiting(ports, today))


def _waiting(ports: Ports, today: date) -> list[Record]:
	find = ports.records.find
	due = find(ACTION, {"done_on": ("is", "not set"), "due_on": ("<=", today)})
	unchecked = find(ACTION, {"effect_check_on": ("<=", today)})
	return due + [row for row in unchecked if row["done_on"] and row["effect"] not in tuple(ActionEffect)]


def _remind(ports: Ports, found: Record, today: date) -> bool:
	review = ports.records.get(DOCTYPE, found["parent"], for_update=True)
	rows = review["actions"] if review else []
	row = next((row for row in rows if row["name"] == found["name"]), None)
	if review is None or row is None:
		return False
	what = action_of(row, row["idx"]).reminder_on(today, row["reminded_on"])
	if what is None:
		return False
	ports.notifier.notify(
		Notice(
			users=(row["responsible"],),
			subject=f"{row['action']}: {what}",
			message=f"An action of the {review['title']}.",
			doctype=DOCTYPE,
			name=review["name"],
		)
	)
	reminded = [other | ({"reminded_on": today} if other is row else {}) for other in rows]
	ports.records.update(DOCTYPE, review["name"], {"actions": reminded})
	return True
