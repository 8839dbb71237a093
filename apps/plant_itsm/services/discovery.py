"""Proposals of CIs from what OT Connections show: made by machines as often as they like, decided by people once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plant_itsm.domain.discovery import FIELDS, Conflict, Device, fill, proposal_key
from plant_itsm.domain.errors import DuplicateRecordError, InvalidRecordError, MissingRecordError
from plant_itsm.domain.vocabulary import CIStatus, ProposalStatus
from plant_itsm.ports import Record, Records

DOCTYPE = "CI Proposal"
CI = "OT CI"


@dataclass(frozen=True)
class Discovery:
	"""How many devices were found: of them proposed for the first time, still to be decided, and decided before."""

	connection: str
	new: int
	waiting: int
	decided: int
	is_whole: bool = True

	def __str__(self) -> str:
		found = self.new + self.waiting + self.decided
		text = (
			f"{self.connection}: {found} devices found, {self.new} proposed now, {self.waiting} still to be decided,"
			f" {self.decided} decided before"
		)
		return text if self.is_whole else f"{text}. There is more: a limit was met"


def propose(
	records: Records, connection: Record, devices: Iterable[Device], *, is_whole: bool = True
) -> Discovery:
	"""Note devices as proposals, one for each for ever: found again, a proposal that waits learns what is new of it."""
	counts = {"new": 0, "waiting": 0, "decided": 0}
	found = list({device.identity: device for device in devices}.values())
	keys = {device.path: proposal_key(connection["name"], device.identity) for device in found}
	with records.transaction():
		for device in found:
			parent_key = keys.get(device.parent_path or "")
			counts[_propose(records, connection, device, keys[device.path], parent_key)] += 1
	return Discovery(connection["name"], **counts, is_whole=is_whole)


def _propose(records: Records, connection: Record, device: Device, key: str, parent_key: str | None) -> str:
	seen = records.writer().at
	told = _told(records, device, parent_key) | {"last_seen": seen}
	rows = records.find(DOCTYPE, {"proposal_key": key})
	if not rows:
		first = _first_values(records, connection, device) | {"proposal_key": key, "first_seen": seen}
		try:
			records.insert(DOCTYPE, {**first, **told})
		except DuplicateRecordError:  # another discovery was faster
			return "waiting"
		return "new"
	is_waiting = rows[0]["status"] == ProposalStatus.PROPOSED
	records.update(DOCTYPE, rows[0]["name"], told if is_waiting else {"last_seen": seen})
	return "waiting" if is_waiting else "decided"


def _told(records: Records, device: Device, parent_key: str | None) -> Record:
	"""What the device says; it may say more, or something else, the next time."""
	fields = {fieldname: device.fields[fieldname] for fieldname in FIELDS if fieldname in device.fields}
	same = _same_ci(records, device)
	return {
		"title": device.name,
		"source_path": device.path,
		"suggested_ci": same,
		"parent_key": parent_key,
		**fields,
	}


def _first_values(records: Records, connection: Record, device: Device) -> Record:
	"""What a person may correct before accepting."""
	is_class = device.kind and records.get("CI Class", device.kind) is not None
	return {
		"connection": connection["name"],
		"identity": device.identity,
		"ci_name": device.name,
		"ci_class": device.kind if is_class else None,
		"plant_site": connection["plant_site"],
		"status": ProposalStatus.PROPOSED,
	}


def _same_ci(records: Records, device: Device) -> str | None:
	maker, serial_no = device.fields.get("manufacturer"), device.fields.get("serial_no")
	if not (maker and serial_no):
		return None
	rows = records.find(
		CI, {"serial_no": serial_no, "manufacturer": maker, "status": CIStatus.ACTIVE}, limit=1
	)
	return rows[0]["name"] if rows else None


# ------------------------------------------------------------- decisions


def accept(records: Records, proposal: str) -> str:
	"""Make the CI that is proposed; returns its name. Raises what an insert of it raises, and when it was decided."""
	with records.transaction():
		row = _open(records, proposal)
		values = {"ci_name": row["ci_name"], "title": row["title"]}
		for fieldname in ("ci_class", "plant_site", "production_line", *FIELDS):
			values[fieldname] = row[fieldname] or None
		values["parent_ci"] = row["parent_ci"] or _parent(records, row)
		name = str(records.insert(CI, values)["name"])
		_decide(records, proposal, ProposalStatus.ACCEPTED, name)
	return name


def compare(records: Records, proposal: str, ci: str) -> tuple[dict[str, str], list[Conflict]]:
	"""What a merge would fill in, and in which fields both differ; nothing is written."""
	row = _existing(records, DOCTYPE, proposal)
	return fill(_existing(records, CI, ci), row)


def merge(records: Records, proposal: str, ci: str) -> list[Conflict]:
	"""Fill the empty fields of a CI with what the device says. What the CI says otherwise stays, and is returned."""
	with records.transaction():
		row = _open(records, proposal)
		filled, conflicts = fill(_existing(records, CI, ci), row)
		if filled:
			records.update(CI, ci, filled)
		_decide(records, proposal, ProposalStatus.MERGED, ci, "\n".join(map(str, conflicts)))
	return conflicts


def ignore(records: Records, proposal: str) -> None:
	"""Never propose this device again."""
	with records.transaction():
		_open(records, proposal)
		_decide(records, proposal, ProposalStatus.IGNORED, None)


def _parent(records: Records, row: Record) -> str | None:
	"""The CI that came of the proposal of the whole, where it came to one."""
	wholes = records.find(DOCTYPE, {"proposal_key": row["parent_key"]}) if row["parent_key"] else []
	return (wholes[0]["ci"] or None) if wholes else None


def _open(records: Records, proposal: str) -> Record:
	row = records.get(DOCTYPE, proposal, for_update=True)
	if row is None:
		raise MissingRecordError(f"{DOCTYPE} {proposal!r} does not exist. Check the name.")
	if row["status"] != ProposalStatus.PROPOSED:
		became = f" as {row['ci']}" if row["ci"] else ""
		raise InvalidRecordError(
			f"{DOCTYPE} {row['title']}: it was {row['status'].lower()}{became} by {row['decided_by']}."
			" Change the CI itself."
		)
	return row


def _existing(records: Records, doctype: str, name: str) -> Record:
	row = records.get(doctype, name)
	if row is None:
		raise MissingRecordError(f"{doctype} {name!r} does not exist. Check the name.")
	return row


def _decide(
	records: Records, proposal: str, status: ProposalStatus, ci: str | None, conflicts: str = ""
) -> None:
	writer = records.writer()
	decision = {"decided_by": writer.user, "decided_at": writer.at, "conflicts": conflicts or None}
	records.update(DOCTYPE, proposal, {"status": status, "ci": ci, **decision})
