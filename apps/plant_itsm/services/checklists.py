"""The resolution path of a line stop: template steps that are copied to it, and ticked off one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import StepKind
from plant_itsm.ports import Record, Records

TEMPLATE = "Resolution Step"


@dataclass(frozen=True)
class Done:
	"""by: None where plant_itsm itself has done it."""

	at: datetime
	by: str | None
	result: str


def steps_for(records: Records, stop: Record, notified_at: datetime) -> list[Record]:
	"""The rows of a stop's checklist, in their sequence: the templates for its kind and the class of its root CI."""
	ci = records.get("OT CI", stop["root_ci"]) if stop["root_ci"] else None
	ci_class = ci["ci_class"] if ci else None
	templates = records.find(TEMPLATE, {"enabled": True}, order_by="sequence")
	return [
		{
			"step_name": template["step_name"],
			"step_kind": template["step_kind"],
			"instructions": template["instructions"],
			"due_at": _due_at(template["within_minutes"], notified_at),
		}
		for template in templates
		if template["stop_kind"] in (None, "", stop["kind"]) and template["ci_class"] in (None, "", ci_class)
	]


def _due_at(within_minutes: int, notified_at: datetime) -> datetime | None:
	return notified_at + timedelta(minutes=within_minutes) if within_minutes else None


def with_kind_done(rows: Iterable[Record], kind: StepKind, done: Done) -> list[Record]:
	"""The rows with every step of a kind done that no person has done before."""
	return _done(rows, lambda row: row["step_kind"] == kind and not row["done_by"], done)


def with_step_done(rows: Iterable[Record], step_name: str, done: Done) -> list[Record]:
	"""The rows with one step done, or done again with a better result. Raises InvalidRecordError for an unknown one."""
	rows = list(rows)
	if step_name not in (row["step_name"] for row in rows):
		names = ", ".join(row["step_name"] for row in rows) or "none"
		raise InvalidRecordError(f"there is no step {step_name!r} in this checklist. It has: {names}.")
	return _done(rows, lambda row: row["step_name"] == step_name, done)


def _done(rows: Iterable[Record], is_meant: Callable[[Record], bool], done: Done) -> list[Record]:
	values: dict[str, Any] = {"done_at": done.at, "done_by": done.by, "result": done.result}
	return [{**row, **values} if is_meant(row) else row for row in rows]
