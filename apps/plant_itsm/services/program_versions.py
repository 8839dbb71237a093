"""The program backups of CIs: the last good one, and drift from the approved one."""

from __future__ import annotations

from plant_itsm.domain import program_versions as rules
from plant_itsm.domain.program_versions import Drift, ProgramVersion
from plant_itsm.domain.vocabulary import ProgramState
from plant_itsm.ports import Record, Records

CI = "OT CI"
DOCTYPE = "CI Program Version"


def program_version(record: Record) -> ProgramVersion:
	return ProgramVersion(
		ci=record["ci"],
		version=record["version"],
		taken_on=record["taken_on"],
		sha256=(record.get("sha256") or "").lower() or None,
		tested=bool(record.get("tested")),
		approved=bool(record.get("approved")),
	)


def last_good(records: Records, ci: str) -> ProgramVersion | None:
	"""The newest tested and approved backup of a CI: the one to restore."""
	return rules.last_good(_versions_of(records, ci))


def drift(records: Records, ci: str, fingerprint: str) -> Drift | None:
	"""How a CI whose program has this SHA-256 differs from its newest approved version; None where it does not."""
	return rules.drift(_versions_of(records, ci), ci, fingerprint)


def note_versions(records: Records, ci: str) -> None:
	"""Bring to a CI what follows from its versions: the last good one, and whether what it runs is the approved one."""
	item = records.get(CI, ci)
	if item is None:
		return
	good = last_good(records, ci)
	values = {"program_version": good.version if good else None}
	if item["running_sha256"]:
		values |= state_of(records, item, item["running_sha256"])
	if any((item[fieldname] or None) != value for fieldname, value in values.items()):
		records.update(CI, ci, values)


def state_of(records: Records, item: Record, fingerprint: str) -> Record:
	"""The fields of a CI that say how the program of this SHA-256 compares with what was approved."""
	if approved(records, item["name"]) is None:
		return {"program_state": None, "drift_since": None}
	if drift(records, item["name"], fingerprint) is None:
		return {"program_state": ProgramState.AS_APPROVED, "drift_since": None}
	since = item["drift_since"] or records.writer().at
	return {"program_state": ProgramState.DRIFT, "drift_since": since}


def approved(records: Records, ci: str) -> ProgramVersion | None:
	"""The newest version of a CI that may run."""
	return rules.newest_approved(_versions_of(records, ci))


def _versions_of(records: Records, ci: str) -> list[ProgramVersion]:
	return [program_version(row) for row in records.find(DOCTYPE, {"ci": ci})]
