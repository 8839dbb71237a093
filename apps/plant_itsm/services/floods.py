"""Alarm floods (ISA-18.2, IEC 62682): more alarms in ten minutes than people can take in. A flood is a record."""

from __future__ import annotations

from datetime import datetime, timedelta

from plant_itsm.domain.vocabulary import EventKind, Transition
from plant_itsm.ports import Record, Records
from plant_itsm.services.settings import Settings

DOCTYPE = "Alarm Flood"
OPEN_KEY = "flood"
WINDOW = timedelta(minutes=10)


def open_flood(records: Records) -> Record | None:
	"""The flood that lasts now, if any."""
	found = records.find(DOCTYPE, {"open_key": OPEN_KEY}, limit=1)
	return found[0] if found else None


def watch_flood(records: Records, settings: Settings, now: datetime) -> bool:
	"""Begin a flood above the upper limit of alarms within ten minutes, end it below the lower one.

	Returns whether a flood lasts.
	"""
	if not settings.flood_starts_above:
		return False
	# less what is later: a clock that was set back has left alarms there that would let no flood end
	alarms = _alarms_since(records, now - WINDOW) - _alarms_since(records, now)
	flood = open_flood(records)
	if flood is None:
		begins = alarms > settings.flood_starts_above
		if begins:
			records.insert(DOCTYPE, {"started_at": now, "peak": alarms, "open_key": OPEN_KEY})
		return begins
	if alarms < settings.flood_ends_below:
		records.update(DOCTYPE, flood["name"], {"ended_at": now, "open_key": None})
		return False
	if alarms > flood["peak"]:
		records.update(DOCTYPE, flood["name"], {"peak": alarms})
	return True


def _alarms_since(records: Records, moment: datetime) -> int:
	raised = {"transition": Transition.RAISED, "event_kind": ("!=", EventKind.INFORMATION)}
	return records.count("OT Signal Event", {**raised, "received_time": (">", moment)})
