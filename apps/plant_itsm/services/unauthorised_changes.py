"""Programs that run without a change for them: a record for each, once per program and CI."""

from __future__ import annotations

from collections.abc import Iterable

from plant_itsm.domain.change_words import ChangeStatus, UnauthorisedStatus
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.program_versions import Drift
from plant_itsm.ports import Clock, Ports, Record, Records
from plant_itsm.services.change_requests import DOCTYPE as CHANGE
from plant_itsm.services.decision_stamps import decided

DOCTYPE = "Unauthorised Change"


def open_for(ports: Ports, item: Record, found: Drift, told: Iterable[str]) -> None:
	"""Open a record for a drift, unless a change of the CI is in progress or this program has one already.

	item: the OT CI, locked by the caller, so that two reports at once make one record.
	"""
	records = ports.records
	known = {"ci": item["name"], "running_sha256": found.sha256, "status": UnauthorisedStatus.OPEN}
	if records.count(DOCTYPE, known) or _is_in_change(records, item["name"]):
		return
	records.insert(
		DOCTYPE,
		{
			**known,
			"plant_site": item["plant_site"],
			"production_line": item["production_line"],
			"found_at": ports.clock.now().replace(microsecond=0),
			"approved_version": found.approved.version,
			"what": str(found),
			"told_to": ", ".join(told),
		},
	)


def _is_in_change(records: Records, ci: str) -> bool:
	rows = records.find("Change CI", {"ci": ci, "parenttype": CHANGE})
	names = sorted({row["parent"] for row in rows})
	return bool(records.count(CHANGE, {"name": ("in", names), "status": ChangeStatus.IN_PROGRESS}))


def completed(records: Records, clock: Clock, record: Record) -> Record:
	return decided(records, DOCTYPE, record, UnauthorisedStatus.OPEN)


def check(records: Records, record: Record) -> None:
	"""What is no longer open says why."""
	what = f"{DOCTYPE} {record['name'] or record['ci']}"
	status = record["status"]
	if status == UnauthorisedStatus.AUTHORISED and not record["change_request"]:
		raise InvalidRecordError(
			f"{what}: it is {status} by no change. Enter the OT Change Request.", fieldname="change_request"
		)
	if status != UnauthorisedStatus.OPEN and not (record["explanation"] or "").strip():
		raise InvalidRecordError(
			f"{what}: it is {status} without an explanation. Say who has changed the program, and why.",
			fieldname="explanation",
		)
