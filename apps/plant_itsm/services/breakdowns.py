"""The breakdowns of CIs: the line stops that a CI has caused by itself, and how long it has lasted between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from plant_itsm.domain.vocabulary import EventKind
from plant_itsm.domain.weibull import Life
from plant_itsm.ports import Record, Records
from plant_itsm.services.downtime import REAL
from plant_itsm.services.maintenance_settings import MaintenanceSettings

STOP = "Line Stop"
DAY = timedelta(days=1)


def breakdowns_of(records: Records, ci: str) -> list[Record]:
	"""The line stops that a CI itself has caused, ascending; neither parts of other incidents nor micro-stops."""
	return breakdowns_by_ci(records, [ci])[ci]


def breakdowns_by_ci(records: Records, cis: Iterable[str]) -> Mapping[str, list[Record]]:
	"""As breakdowns_of, of many CIs at once; a CI without one has an empty list."""
	found: defaultdict[str, list[Record]] = defaultdict(list)
	wanted = {**REAL, "kind": EventKind.LINE_STOP, "root_ci": ("in", sorted(cis))}
	for stop in records.find(STOP, wanted, order_by="onset"):
		if not stop["parent_stop"] and not stop["micro_stop"]:
			found[stop["root_ci"]].append(stop)
	return found


def recorded_since(records: Records, settings: MaintenanceSettings, now: datetime) -> datetime:
	"""Since when breakdowns are recorded: as the settings say, else since the first line stop; without one for ever."""
	if settings.history_since is not None:
		return _midnight(settings.history_since, now)
	first = records.find(STOP, {**REAL, "kind": EventKind.LINE_STOP}, order_by="onset", limit=1)
	return first[0]["onset"] if first else _midnight(date.min, now)


def lives(
	commissioned_on: date | None, breakdowns: Sequence[Record], recorded: datetime, now: datetime
) -> list[Life]:
	"""How long a CI has lasted each time: a breakdown ends a life, the time since the last restoration is suspended.

	recorded: since when breakdowns are known. How long a CI that is older had lasted by then is not known: a first life
	that has ended is left out, one that has not counts from there.
	"""
	since = _midnight(commissioned_on, now) if commissioned_on else None
	if since is not None and since < recorded:
		since = None if breakdowns else recorded
	found: list[Life] = []
	for stop in breakdowns:
		if since is not None and stop["onset"] > since:
			found.append(Life((stop["onset"] - since) / DAY, True))
		since = stop["restored_at"] or stop["ended_at"] or now
	if since is not None and now > since:
		found.append(Life((now - since) / DAY, False))
	return found


def _midnight(day: date, now: datetime) -> datetime:
	return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
