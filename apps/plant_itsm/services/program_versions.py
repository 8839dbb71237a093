"""The program backups of CIs: the last good one, and drift from the approved one."""

from __future__ import annotations

from plant_itsm.domain import program_versions as rules
from plant_itsm.domain.program_versions import Drift, ProgramVersion
from plant_itsm.ports import Record, Records

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


def note_last_good(records: Records, ci: str) -> None:
	"""Bring OT CI.program_version to the last good version."""
	item = records.get("OT CI", ci)
	good = last_good(records, ci)
	version = good.version if good else None
	if item is not None and (item["program_version"] or None) != version:
		records.update("OT CI", ci, {"program_version": version})


def _versions_of(records: Records, ci: str) -> list[ProgramVersion]:
	return [program_version(row) for row in records.find(DOCTYPE, {"ci": ci})]
