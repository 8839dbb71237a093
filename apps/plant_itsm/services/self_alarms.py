"""Troubles of our own go the way of a plant incident: a Line Stop without a CI, its ticket, notices, escalation, end.

A trouble is noted when it is seen first and becomes an incident when it has lasted. It is a loss of view: the plant may
run, but nobody would hear if it did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from plant_itsm.domain.health import Trouble
from plant_itsm.domain.vocabulary import EventKind, LineStopStatus
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.health import health_limits
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.incidents import TITLE_LENGTH, Incidents
from plant_itsm.services.line_stops import end_stop
from plant_itsm.services.plant_locks import GROUPING, holding
from plant_itsm.services.priorities import priority_rules
from plant_itsm.services.settings import settings_of

DOCTYPE = "Self Alarm"
STOP = "Line Stop"


def watch(ports: Ports, troubles: Sequence[Trouble]) -> list[str]:
	"""Note what is wrong, open an incident for what has lasted, end it for what is over.

	Returns the line stops that have something in the outbox.
	"""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		lasts_seconds = health_limits(records).lasts_seconds
		wanted = {one.key: one for one in troubles} if lasts_seconds else {}
		known = {row["alarm_key"]: row for row in records.find(DOCTYPE)}
		for key in wanted.keys() - known.keys():
			records.insert_many(DOCTYPE, [_row(wanted[key], now)])
		quiet = [row["name"] for key, row in known.items() if key not in wanted and not row["line_stop"]]
		records.delete_many(DOCTYPE, quiet)
	since = now - timedelta(seconds=lasts_seconds)
	due = [wanted[key] for key, row in known.items() if key in wanted and _is_due(row, since)]
	over = [row for key, row in known.items() if key not in wanted and row["line_stop"]]
	return _settle(ports, due, over, now) if due or over else []


def _row(trouble: Trouble, now: datetime) -> Record:
	return {
		"alarm_key": trouble.key,
		"subject": trouble.subject[:TITLE_LENGTH],
		"detail": trouble.detail,
		"connection": trouble.connection,
		"since": now,
	}


def _is_due(row: Record, since: datetime) -> bool:
	return not row["line_stop"] and row["since"] <= since


def _settle(ports: Ports, due: Sequence[Trouble], over: Sequence[Record], now: datetime) -> list[str]:
	records = ports.records
	with holding(records, GROUPING):
		incidents = Incidents(records, ImpactModel(records), settings_of(records), priority_rules(records))
		for trouble in due:
			_open(records, incidents, trouble, now)
		for row in over:
			_end(records, incidents, row, now)
		incidents.settle(now)
	return list(incidents.posted)


def _open(records: Records, incidents: Incidents, trouble: Trouble, now: datetime) -> None:
	found = records.find(DOCTYPE, {"alarm_key": trouble.key}, limit=1, for_update=True)
	if not found or found[0]["line_stop"]:  # somebody else was faster
		return
	stop = records.insert(
		STOP,
		{
			"title": f"PLANT ITSM — {trouble.subject}"[:TITLE_LENGTH],
			"kind": EventKind.LOSS_OF_VIEW,
			"status": LineStopStatus.OPEN,
			"onset": found[0]["since"],
			"detected_at": now,
			"description": _description(trouble),
			"connection": trouble.connection,
			"open_key": open_key(trouble.key),
		},
	)
	records.update_many(DOCTYPE, [found[0]["name"]], {"line_stop": stop["name"]})
	incidents.note(stop)


def open_key(alarm_key: str) -> str:
	return f"Plant ITSM: {alarm_key}"


def _description(trouble: Trouble) -> str:
	return (
		f"<p><b>Plant ITSM itself</b>: {escape(trouble.subject)}.</p><p>{escape(trouble.detail)}</p>"
		f"<p>First: {escape(trouble.remedy)} While this lasts, stops of the plant may go unseen.</p>"
	)


def _end(records: Records, incidents: Incidents, row: Record, now: datetime) -> None:
	stop = incidents.open_stop(open_key(row["alarm_key"]))
	if stop is not None:
		end_stop(records, incidents, stop["name"], now)
	records.delete_many(DOCTYPE, [row["name"]])
