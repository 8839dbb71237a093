"""Who has decided on a record, and when: written by the server where the status leaves its first word."""

from __future__ import annotations

from plant_itsm.ports import Record, Records


def decided(records: Records, doctype: str, record: Record, undecided: str) -> Record:
	"""The fields decided_by and decided_at of a record that is being saved."""
	before = records.get(doctype, record["name"]) if record.get("name") else None
	if record["status"] == undecided:
		return {"decided_by": None, "decided_at": None}
	if before is not None and before["status"] == record["status"]:
		return {"decided_by": before["decided_by"], "decided_at": before["decided_at"]}
	writer = records.writer()
	return {"decided_by": writer.user, "decided_at": writer.at.replace(microsecond=0)}
