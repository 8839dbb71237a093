"""The gates of OT Change Requests, asked on every save: by a form, by REST, by a script, in both editions."""

from __future__ import annotations

from datetime import datetime, timezone

from plant_itsm.domain import change_gates as gates
from plant_itsm.domain.change_refusals import ChangeRefusedError, Refusal
from plant_itsm.domain.change_words import ChangeCategory, ChangeStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_requests import change_of, content_of_record, has_started, stored
from plant_itsm.services.planned_records import PlannedRecords

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def check(records: Records, record: Record) -> None:
	"""Raise ChangeRefusedError when the request may not be what it would become. Its stamps are those of completion."""
	records = PlannedRecords(records, ())  # much is asked for more than once
	before = stored(records, record)
	status = ChangeStatus(record["status"])
	change = change_of(records, record)
	gates.check_subject(change)
	if before is None:
		gates.check_new(change, status)
		return
	_check_locked(before, record)
	_check_scheduled(before, record)
	if status != before["status"]:
		now = record.get("actual_start") or EPOCH
		gates.check_move(change, ChangeStatus(before["status"]), status, now)


def _check_scheduled(before: Record, record: Record) -> None:
	"""A scheduled change keeps its time away from others: what it was approved for does not change under it."""
	stays = before["status"] == record["status"] == ChangeStatus.SCHEDULED
	if stays and content_of_record(before) != content_of_record(record):
		raise ChangeRefusedError(
			f"OT Change Request {record['name']}",
			[
				Refusal(
					"it is Scheduled: type, category, CIs, description, duration and planned start stay",
					"Take it back to Assessed and change it there",
				)
			],
		)


def _check_locked(before: Record, record: Record) -> None:
	"""From the start on, what was approved stays; the documents of an emergency may follow."""
	if not has_started(before):
		return
	is_emergency = before["category"] == ChangeCategory.EMERGENCY
	if content_of_record(before) != content_of_record(record):
		raise ChangeRefusedError(
			f"OT Change Request {record['name']}",
			[
				Refusal(
					f"it is {before['status']}: type, category, CIs, description, duration and planned start stay",
					"Enter a new request for what else is to be changed",
				)
			],
		)
	if len(record["approvals"]) > len(before["approvals"]) and not is_emergency:
		raise ChangeRefusedError(
			f"OT Change Request {record['name']}",
			[
				Refusal(
					f"it is {before['status']}: an approval after the start is none",
					"Approve before the start, or make the next urgent one an Emergency",
				)
			],
		)
