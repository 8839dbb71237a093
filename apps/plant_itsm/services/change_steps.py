"""The steps and questions that a change has to have: its type says which, and nobody saves a request without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plant_itsm.ports import Record
from plant_itsm.services.change_requests import has_started

STEP_FIELDS = ("step", "kind", "due", "in_emergency")
QUESTION_FIELDS = ("question",)
TASK_FIELDS = ("task", "assigned_to", "done")


def whole_checklist(before: Record | None, record: Record, type_record: Record) -> list[Record]:
	"""The checklist with every step of the type, as the type has it. From the start on: every step as it was then."""
	wanted = before["checklist"] if before and has_started(before) else type_record["checklist"]
	return _with_all(wanted, _kept(before, record, "checklist"), STEP_FIELDS)


def whole_questions(before: Record | None, record: Record, type_record: Record) -> list[Record]:
	"""The risk questions with their answers, every one of the type among them."""
	wanted = before["risk_answers"] if before and has_started(before) else type_record["risk_questions"]
	return _with_all(wanted, _kept(before, record, "risk_answers"), QUESTION_FIELDS)


def whole_tasks(before: Record | None, record: Record) -> list[Record]:
	"""The tasks. From the start on every one that was there stays: who could drop it would not have to do it."""
	rows: list[Record] = record["tasks"]
	given = {row["task"] for row in rows}
	kept = before["tasks"] if before and has_started(before) else ()
	return [*rows, *({key: row[key] for key in TASK_FIELDS} for row in kept if row["task"] not in given)]


def _kept(before: Record | None, record: Record, fieldname: str) -> list[Record]:
	"""The rows as they were given; a request that gets another type begins anew."""
	rows: list[Record] = record[fieldname]
	if before is None or before["change_type"] == record["change_type"]:
		return rows
	key = STEP_FIELDS[0] if fieldname == "checklist" else QUESTION_FIELDS[0]
	old = {row[key] for row in before[fieldname]}
	return [row for row in rows if row[key] not in old]


def _with_all(wanted: Iterable[Record], given: Sequence[Record], fieldnames: Sequence[str]) -> list[Record]:
	"""The given rows in their order, the wanted ones among them as they are wanted, and after them what is missing."""
	key = fieldnames[0]
	rules = {row[key]: {fieldname: row[fieldname] for fieldname in fieldnames} for row in wanted}
	present = {row[key] for row in given}
	return [
		*(row | rules.get(row[key], {}) for row in given),
		*(rule for name, rule in rules.items() if name not in present),
	]
