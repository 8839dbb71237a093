"""What time alone brings to changes: a window that is overrun, documents of an emergency that are overdue."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from plant_itsm.domain.change_gates import missing_documents
from plant_itsm.domain.change_words import ChangeCategory, ChangeStatus
from plant_itsm.ports import Notice, Ports, Record
from plant_itsm.services.change_maintenance import go_on
from plant_itsm.services.change_requests import DOCTYPE, change_of, helpers_of, span_of

GRACE = timedelta(minutes=5)
"""So far ahead maintenance mode goes on while a change overruns; the tick comes each minute."""
OPEN_ENDS = (ChangeStatus.IN_PROGRESS, ChangeStatus.VERIFIED, ChangeStatus.ROLLED_BACK)


def watch(ports: Ports) -> int:
	"""Tell people once of each overrun and of overdue documents. Returns how many notices were written."""
	with ports.records.transaction():
		running = ports.records.find(DOCTYPE, {"status": ChangeStatus.IN_PROGRESS})
		owing = ports.records.find(
			DOCTYPE,
			{
				"category": ChangeCategory.EMERGENCY,
				"status": ("in", OPEN_ENDS),
				"documents_overdue": False,
				"documents_due_at": ("<", ports.clock.now()),
			},
		)
		return sum(_overrun(ports, row["name"]) for row in running) + sum(
			_overdue(ports, row["name"]) for row in owing
		)


def _overrun(ports: Ports, name: str) -> bool:
	change = ports.records.get(DOCTYPE, name, for_update=True)
	span = span_of(change) if change else None
	now = ports.clock.now()
	if change is None or change["status"] != ChangeStatus.IN_PROGRESS:
		return False
	go_on(ports.records, name, now + GRACE)
	if span is None or now <= span.end or change["overrun_told_at"]:
		return False
	_tell(ports, change, f"{name} overruns its window: {change['title']}", "It is still in progress.")
	ports.records.update(DOCTYPE, name, {"overrun_told_at": now.replace(microsecond=0)})
	return True


def _overdue(ports: Ports, name: str) -> bool:
	change = ports.records.get(DOCTYPE, name, for_update=True)
	if change is None or change["documents_overdue"]:
		return False
	missing = missing_documents(change_of(ports.records, change), ports.clock.now())
	if not missing:
		return False
	listed = "".join(f"<li>{escape(str(refusal))}</li>" for refusal in missing)
	_tell(ports, change, f"{name}: documents of an emergency change are overdue", f"<ul>{listed}</ul>")
	ports.records.update(DOCTYPE, name, {"documents_overdue": True})
	return True


def _tell(ports: Ports, change: Record, subject: str, message: str) -> None:
	users = tuple(sorted({change["requested_by"], *helpers_of(change)}))
	ports.notifier.notify(Notice(users, subject, message, DOCTYPE, change["name"]))
