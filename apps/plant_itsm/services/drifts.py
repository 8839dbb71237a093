"""What a CI runs, as a backup tool or a person reports it, held against what was approved; who is told of a drift."""

from __future__ import annotations

import hashlib
import html
from pathlib import Path

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.program_versions import Drift, normal_sha256
from plant_itsm.domain.vocabulary import ProgramState
from plant_itsm.ports import Notice, Ports, Record, Records
from plant_itsm.services import unauthorised_changes
from plant_itsm.services.lines import audience_of, enabled_users, users_with_role
from plant_itsm.services.program_versions import CI, drift, state_of

KEEPERS = "Plant IT"
"""The role that hears of what belongs to no line, or to one that names nobody."""
DRIFT_EXIT = 3
"""Exit code of a command that has found a drift, so that a backup job can tell it from a failure."""
_CHUNK_BYTES = 1 << 20


def fingerprint_of(file: Path) -> str:
	"""The SHA-256 of a file of any size."""
	digest = hashlib.sha256()
	with file.open("rb") as stream:
		while chunk := stream.read(_CHUNK_BYTES):
			digest.update(chunk)
	return digest.hexdigest()


def report_fingerprint(ports: Ports, ci: str, fingerprint: str) -> Drift | None:
	"""Record that a CI runs the program of this SHA-256; returns how that differs from what was approved.

	A drift stays on the CI until what is approved runs or what runs is approved. People are told once of each program.
	Raises MissingRecordError for an unknown CI, InvalidRecordError for what is no SHA-256.
	"""
	records = ports.records
	sha256 = normal_sha256(f"{CI} {ci}", fingerprint)
	with records.transaction():
		item = records.get(CI, ci, for_update=True)
		if item is None:
			raise MissingRecordError(f"{CI} {ci!r} does not exist. Check the name.")
		found = drift(records, ci, sha256)
		values = {"running_sha256": sha256, "fingerprint_reported_at": ports.clock.now()}
		values |= state_of(records, item, sha256)
		if found is None:
			values["drift_told_to"] = None
		elif item["program_state"] != ProgramState.DRIFT or item["running_sha256"] != sha256:
			users = _tell(ports, item, found)
			values["drift_told_to"] = ", ".join(users)
			unauthorised_changes.open_for(ports, item, found, users)
		records.update(CI, ci, values)
	return found


def _tell(ports: Ports, item: Record, found: Drift) -> tuple[str, ...]:
	users = _keepers(ports.records, item)
	if users:
		subject = f"Program drift: {item['name']}"
		ports.notifier.notify(Notice(users, subject, html.escape(str(found)), CI, item["name"]))
	return users


def _keepers(records: Records, item: Record) -> tuple[str, ...]:
	"""The people responsible for the line of a CI; where there are none, those who keep the CMDB."""
	line = item["production_line"]
	responsible = audience_of(records, [line]).users if line else ()
	return responsible or enabled_users(records, users_with_role(records, KEEPERS))
