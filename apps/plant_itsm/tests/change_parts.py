"""The parts of a change that can be missing at a gate: how the site is without one, and what the refusal then says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe

from plant_itsm.ports import Record
from plant_itsm.tests.change_plant import APPROVERS, MINUTE

APPROVE, START, VERIFY = "Scheduled", "In Progress", "Verified"
ROLL_BACK, CLOSE = "Rolled Back", "Closed"
DAYS = timedelta(days=30)


@dataclass
class Without:
	"""Writes to the database past the documents, as only a test may, and undoes them."""

	_undo: list[Callable[[], Any]] = field(default_factory=list)

	def set(self, doctype: str, name: str, **values: Any) -> None:
		before = frappe.db.get_value(doctype, name, list(values), as_dict=True)
		frappe.db.set_value(doctype, name, values, update_modified=False)
		self._undo.append(lambda: frappe.db.set_value(doctype, name, dict(before), update_modified=False))

	def delete(self, doctype: str, name: str) -> None:
		row = frappe.get_doc(doctype, name)
		frappe.db.delete(doctype, {"name": name})
		self._undo.append(row.db_insert)

	def overwrite(self, path: Path, content: bytes) -> None:
		before = path.read_bytes()
		path.write_bytes(content)
		self._undo.append(lambda: path.write_bytes(before))

	def undo(self) -> None:
		for step in reversed(self._undo):
			step()


@dataclass(frozen=True)
class Part:
	"""remove: takes it away. says: the refusal, as a regular expression."""

	name: str
	remove: Callable[[Without], None]
	says: str

	@contextmanager
	def missing(self) -> Iterator[None]:
		"""Committed, so that REST sees it."""
		without = Without()
		self.remove(without)
		frappe.db.commit()
		try:
			yield
		finally:
			without.undo()
			frappe.db.commit()


@dataclass(frozen=True)
class Situation:
	"""A request of a row of the table with its window and a freeze that is not in force; records as they are now."""

	row: str
	request: Record
	window: str
	freeze: str
	type: Record

	def parts(self, gate: str) -> Iterator[Part]:
		if self.request["category"] == "Emergency":
			yield self._field("reason", None, "nobody has said why it is an emergency. Enter the reason")
			yield from self._steps("Before Start", in_emergency=1)
		elif gate == VERIFY:
			yield from self._steps("Before Verified")
			yield from self._tasks()
		elif gate == ROLL_BACK:
			yield self._field("reason", None, "the reason is missing. Enter it")
			yield self._field(
				"restored_note", None, "nobody has said what was restored. Choose .* or describe"
			)
		elif gate == CLOSE:
			yield self._field("outcome", None, "its outcome is missing. Choose Successful")
		else:
			yield from self._before_the_start(gate)

	def _field(self, fieldname: str, value: Any, says: str) -> Part:
		name = self.request["name"]
		values = {fieldname: value}
		return Part(f"a good {fieldname}", lambda site: site.set("OT Change Request", name, **values), says)

	def _before_the_start(self, gate: str) -> Iterator[Part]:
		yield from self._assessment()
		if gate == APPROVE:
			yield self._field("planned_start", None, "it has no planned start. Find a window")
		yield from self._time()
		yield from self._approvals()
		if gate == START:
			yield from self._artefacts()
			yield from self._steps("Before Start")

	def _assessment(self) -> Iterator[Part]:
		too_long = self.type["maximum_minutes"] + 1
		yield self._field("duration_minutes", 0, "nobody knows how long it takes. Enter its duration")
		yield self._field("duration_minutes", too_long, "it takes .*at most.*Split it")
		if self.type["asks_modification"]:
			yield self._field("modification_reason", None, "a substantial modification .* Answer Yes or No")
		for row in frappe.get_all(
			"Change Risk Answer", {"parent": self.request["name"]}, ["name", "question"]
		):
			yield Part(
				f"an answer to {row.question}",
				lambda site, row=row: site.set("Change Risk Answer", row.name, answer=""),
				f"the risk question .{re.escape(row.question)}. has no answer. Answer it",
			)

	def _time(self) -> Iterator[Part]:
		window, soon = self.window, frappe.utils.now_datetime() + 30 * MINUTE
		yield Part(
			"no window",
			lambda site: site.set("Change Window", window, enabled=0),
			"there is no .* window for all its CIs. Find a window",
		)
		yield Part(
			"a window that is too short",
			lambda site: site.set("Change Window", window, ends_at=soon),
			"which does not hold it .* Find a window",
		)
		yield Part(
			"a collision that nobody has accepted",
			lambda site: site.set("Change Window", self.freeze, enabled=1),
			"Freeze: freeze .* Choose another time, or let an approver accept",
		)

	def _approvals(self) -> Iterator[Part]:
		yield from (approval for _, approval in self.each_approval())
		first = self.request["approvals"][0]["user"]
		yield Part(
			"an approver who has left",
			lambda site: site.set("User", first, enabled=0),
			f"{first} has left.*Ask somebody with that role",
		)
		yield Part(
			"another approver than the requester",
			lambda site: site.set("OT Change Request", self.request["name"], requested_by=first),
			f"{first} cannot approve an own change",
		)

	def each_approval(self) -> Iterator[tuple[str, Part]]:
		"""With the role in which it was given."""
		found = {"parent": self.request["name"]}
		rows = frappe.get_all("Change Approval", found, ["name", "user"], order_by="idx")
		for role, row in zip(APPROVERS[self.row], rows, strict=True):
			yield (
				role,
				Part(
					f"the approval of a {role}",
					lambda site, row=row: site.delete("Change Approval", row.name),
					f"approvals? (of an?|by) {role.rstrip(' 2')} (is missing|are given)",
				),
			)

	def _artefacts(self) -> Iterator[Part]:
		fields = ["name", "kind", "program_version", "file"]
		rows = frappe.get_all("Change Artefact", {"parent": self.request["name"]}, fields)
		ages = {need["kind"]: need["max_age_hours"] for need in self.type["artefacts"]}
		for row in rows:
			yield Part(
				f"{row.kind}",
				lambda site, row=row: site.delete("Change Artefact", row.name),
				f"rollback artefact {row.kind}.* is missing",
			)
			if ages[row.kind]:
				yield Part(f"a new {row.kind}", lambda site, row=row: _age(site, row), "more than .* h ago")
			yield from self._contents(row)

	def _contents(self, row: Any) -> Iterator[Part]:
		url = row.file or frappe.db.get_value("CI Program Version", row.program_version, "file")
		if not url:
			yield Part(
				f"a reference of {row.kind}",
				lambda site: site.set("Change Artefact", row.name, reference=""),
				"does not count: it names nothing",
			)
			return
		path = Path(frappe.get_doc("File", {"file_url": url}).get_full_path())
		yield Part(f"bytes in {row.kind}", lambda site: site.overwrite(path, b""), "its file has 0 bytes")
		yield Part(
			f"the {row.kind} that was added",
			lambda site: site.overwrite(path, b"another"),
			"its file has another SHA-256",
		)

	def _steps(self, due: str, **more: Any) -> Iterator[Part]:
		found = {"parent": self.request["name"], "due": due, **more}
		for row in frappe.get_all("Change Checklist Item", found, ["name", "step", "kind"]):
			yield Part(
				f"{row.kind}: {row.step}",
				lambda site, row=row: site.set("Change Checklist Item", row.name, done=0),
				f"{row.step}.* is open. Do it and tick it off",
			)

	def _tasks(self) -> Iterator[Part]:
		for row in frappe.get_all("Change Task", {"parent": self.request["name"]}, ["name", "task"]):
			yield Part(
				f"the task {row.task}",
				lambda site, row=row: site.set("Change Task", row.name, done=0),
				f"the task .{row.task}. of .* is open. Do it and tick it off",
			)


def _age(site: Without, row: Any) -> None:
	old = frappe.utils.now_datetime() - DAYS
	if row.program_version:
		site.set("CI Program Version", row.program_version, taken_on=old)
	else:
		site.set("Change Artefact", row.name, taken_at=old)
