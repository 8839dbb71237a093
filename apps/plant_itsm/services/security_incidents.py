"""Security Incidents: when their reports are due, and who is told before and when one is missed."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from plant_itsm.domain import nis2
from plant_itsm.domain.change_words import IncidentStatus
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.ports import Clock, Notice, Ports, Record, Records
from plant_itsm.services.lines import enabled_users, users_with_role

DOCTYPE = "Security Incident"
ROLE = "Plant IT"


def clocks_of(record: Record) -> tuple[nis2.Clock, ...]:
	return nis2.clocks(
		record["aware_at"], {report: record.get(f"{report}_sent_at") for report in nis2.REPORTS}
	)


def completed(records: Records, clock: Clock, record: Record) -> Record:
	return {f"{one.report}_due": one.due for one in clocks_of(record)}


def check(records: Records, record: Record) -> None:
	"""Refuse reports before anybody was aware or from the future, and the end of an incident that still owes one."""
	what = f"{DOCTYPE} {record['name'] or record['title']}"
	now = records.writer().at
	for clock in clocks_of(record):
		name, fieldname = nis2.REPORTS[clock.report], f"{clock.report}_sent_at"
		if clock.sent_at is not None and not record["aware_at"] <= clock.sent_at <= now:
			raise InvalidRecordError(
				f"{what}: its {name} was sent before anybody was aware of it, or in the future. Correct the time.",
				fieldname=fieldname,
			)
		if clock.sent_at is None and record["is_significant"] and record["status"] == IncidentStatus.CLOSED:
			raise InvalidRecordError(
				f"{what}: its {name} was not sent. Send it and enter when, or say that it is not significant.",
				fieldname=fieldname,
			)


def watch(ports: Ports) -> int:
	"""Tell once that a report is due soon, and once that it is missed. Returns how many notices were written."""
	records = ports.records
	with records.transaction():
		found = records.find(
			DOCTYPE, {"status": IncidentStatus.OPEN, "is_significant": True}, for_update=True
		)
		return sum(_tell(ports, record, clock) for record in found for clock in clocks_of(record))


def _tell(ports: Ports, record: Record, clock: nis2.Clock) -> bool:
	told = f"{clock.report}_told"
	warning = clock.warning(ports.clock.now(), timedelta(hours=record["warn_hours_before"] or 0))
	if warning is None or record[told] == warning:
		return False
	subject = (
		f"{record['name']}: {nis2.REPORTS[clock.report]} {warning.lower()} ({clock.due:%Y-%m-%d %H:%M %Z})"
	)
	message = f"{escape(record['title'])}. Directive (EU) 2022/2555, article 23(4)."
	users = {record["responsible"], *users_with_role(ports.records, ROLE)} - {None, ""}
	people = enabled_users(ports.records, sorted(users))
	ports.notifier.notify(Notice(people, subject, message, DOCTYPE, record["name"]))
	ports.records.update_many(DOCTYPE, [record["name"]], {told: warning})
	return True
