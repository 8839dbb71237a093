"""What the cases of OT changes work with: a line that does not produce today, people, windows that are open now."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from plant_itsm.ports import Record, Records
from plant_itsm.tests.contract_plant import SmallPlant

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
KINDS = {
	"PLC firmware update": "Plant Shutdown",
	"Robot program change": "Off-Shift",
	"MES configuration": "Maintenance Window",
	"ERP (SAP) patch": "Weekend Maintenance",
	"Network switch config": "Off-Peak Hours",
}
"""The rows of the seed's table and the windows that they need."""
APPROVERS = {
	"PLC firmware update": ("Safety Engineer", "IT Change Manager"),
	"Robot program change": ("Production Manager", "Plant IT"),
	"MES configuration": ("IT Change Manager",),
	"ERP (SAP) patch": ("CAB Member", "CAB Member 2"),
	"Network switch config": ("IT Change Manager",),
}

Acting = Callable[[str], AbstractContextManager[None]]
"""user -> what is saved within is saved by that user"""


def make_user(records: Records, role: str) -> str:
	"""A user with a role; a number after it is left out."""
	values: Record = {
		"email": f"{secrets.token_hex(6)}@changes.example",
		"first_name": role,
		"send_welcome_email": False,
		"roles": [{"role": role.rstrip(" 0123456789")}],
	}
	return str(records.insert("User", values)["name"])


class ChangePlant:
	"""Requests by one person, approvals by others. attach: content -> the path of a file that holds it."""

	def __init__(
		self,
		plant: SmallPlant,
		now: datetime,
		acting: Acting,
		attach: Callable[[bytes], Record],
		people: dict[str, str],
	) -> None:
		self.plant, self.records, self.acting, self.attach = plant, plant.records, acting, attach
		self.now = now.replace(microsecond=0)
		self._users = people
		self._windows: set[str] = set()
		self._types: dict[str, Record] = {}

	@cached_property
	def line(self) -> str:
		"""Closed from yesterday to tomorrow."""
		line = self.plant.line("Line")
		for days in range(-1, 3):
			day = (self.now + timedelta(days=days)).date()
			values = {"plant_site": self.plant.site, "production_line": line, "day": day, "closed": True}
			self.records.insert("Calendar Exception", values)
		self.plant.cost_model(line)
		return line

	def ci(self, text: str = "CI", **more: Any) -> str:
		return self.plant.ci(text, **{"production_line": self.line, **more})

	def user(self, role: str) -> str:
		"""The one user of the case with a role; a number after it makes another one."""
		if role not in self._users:
			self._users[role] = make_user(self.records, role)
		return self._users[role]

	@property
	def requester(self) -> str:
		return self.user("Robot Maintenance")

	def window(self, kind: str, **more: Any) -> str:
		"""Open since an hour ago for a day."""
		values = {
			"window_name": self.plant.named(kind),
			"kind": kind,
			"plant_site": self.plant.site,
			"starts_at": self.now - HOUR,
			"ends_at": self.now + 24 * HOUR,
		}
		return str(self.records.insert("Change Window", {**values, **more})["name"])

	def draft(self, row: str, ci: str, **more: Any) -> str:
		"""A request of the row's type for now, with its window, all questions answered, not yet assessed."""
		if row not in self._windows:
			self.window(KINDS[row])
			self._windows.add(row)
		values = {
			"title": self.plant.named(row),
			"change_type": row,
			"requested_by": self.requester,
			"cis": [{"ci": ci}],
			"duration_minutes": 60,
			"planned_start": self.now,
			"is_substantial_modification": "No",
			"modification_reason": "Same functions as before.",
			"risk_answers": self._answers(row),
		}
		with self.acting(self.requester):
			made = self.records.insert("OT Change Request", self.signed({**values, **more}, self.requester))
		return str(made["name"])

	def _answers(self, row: str) -> list[Record]:
		"""Those of the type, each answered."""
		return [
			{"question": asked["question"], "answer": "None."} for asked in self._type(row)["risk_questions"]
		]

	def _type(self, row: str) -> Record:
		if row not in self._types:
			found = self.records.get("OT Change Type", row)
			assert found is not None, row
			self._types[row] = found
		return self._types[row]

	def get(self, name: str) -> Record:
		record = self.records.get("OT Change Request", name)
		assert record is not None, name
		return record

	def save(self, name: str, by: str | None = None, **values: Any) -> Record:
		scheduler = self.user("Plant IT 2") if values.get("status") == "Scheduled" else None
		user = by or scheduler or self.requester
		with self.acting(user):
			return self.records.update("OT Change Request", name, self.signed(values, user))

	@staticmethod
	def signed(values: Record, user: str) -> Record:
		"""A site knows by itself who saves; the embedded edition is told."""
		return {**values, "changed_by": user}

	def approve(self, name: str, role: str, **more: Any) -> Record:
		row = {"decision": "Approved", "comment": "Fine.", **more}
		user = self.user(role)
		return self.save(name, by=user, approvals=[*self.get(name)["approvals"], row])

	def ask(self, name: str) -> None:
		"""All steps up to having every approval."""
		row = self.get(name)["change_type"]
		self.save(name, status="Assessed")
		self.save(name, status="In Approval")
		for role in APPROVERS[row]:
			self.approve(name, role)

	def template(self, row: str, **more: Any) -> str:
		"""A Standard Change Template that nobody has approved."""
		values = {"template_name": self.plant.named(f"Template for {row}"), "change_type": row, **more}
		author = self.user("Plant Admin")
		with self.acting(author):
			made = self.records.insert("Standard Change Template", self.signed(values, author))
		return str(made["name"])

	def approve_template(self, name: str, role: str) -> Record:
		user = self.user(role)
		found = self.records.get("Standard Change Template", name) or {}
		rows = [*found["approvals"], {"decision": "Approved"}]
		with self.acting(user):
			values = self.signed({"approvals": rows}, user)
			return self.records.update("Standard Change Template", name, values)

	def schedule(self, name: str) -> None:
		self.ask(name)
		self.save(name, status="Scheduled")

	def add_artefacts(self, name: str, **more: Any) -> None:
		"""Everything that the type wants before the start; more: other fields that are saved with it."""
		request = self.get(name)
		needs = self._type(request["change_type"])["artefacts"]
		self.save(
			name, artefacts=[self.artefact(need["kind"], request["cis"][0]["ci"]) for need in needs], **more
		)

	def artefact(
		self, kind: str, ci: str, taken_at: datetime | None = None, content: bytes = b"program"
	) -> Record:
		at = taken_at or self.now - HOUR
		if kind == "Program Version":
			return {"kind": kind, "program_version": self.program_version(ci, at, content)}
		if kind in ("Configuration Backup", "Rollback Script"):
			return {"kind": kind, "taken_at": at, **self.attached(content)}
		return {"kind": kind, "taken_at": at, "reference": "backup-server:/mes/2026-11-23"}

	def attached(self, content: bytes) -> Record:
		with self.acting(self.requester):
			return self.attach(content)

	def program_version(self, ci: str, taken_at: datetime, content: bytes = b"program") -> str:
		attached = self.attached(content)
		values = {"ci": ci, "version": secrets.token_hex(3), "taken_on": taken_at, "file": attached["file"]}
		if attached.get("found_sha256"):
			values["sha256"] = attached["found_sha256"]
		return str(self.records.insert("CI Program Version", values)["name"])

	def tick(self, name: str, due: str) -> None:
		self.save(name, checklist=self.ticked(name, due))

	def ticked(self, name: str, due: str) -> list[Record]:
		rows = self.get(name)["checklist"]
		return [{**row, "done": row["done"] or row["due"] == due} for row in rows]

	def prepare(self, name: str) -> None:
		"""Everything that the start asks for beyond the approvals."""
		self.add_artefacts(name, checklist=self.ticked(name, "Before Start"))

	def start(self, name: str) -> Record:
		return self.save(name, status="In Progress")


__all__ = ["APPROVERS", "HOUR", "KINDS", "MINUTE", "ChangePlant", "Records"]
