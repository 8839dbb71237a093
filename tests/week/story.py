"""What happens in the week: each trouble as its signals tell it, and what people correct of it afterwards."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.week.facts import (
	BEHIND_SWITCH,
	DAYS,
	DEGRADED,
	LINE_STOP,
	MONDAY,
	PLANNED,
	STARVED,
	SWITCH,
	WATCHED,
	Cells,
	at,
)

SEED = 7
Spell = tuple[datetime, datetime]


@dataclass(frozen=True)
class Onset:
	"""A clock was wrong: it began at another moment."""

	moment: datetime


@dataclass(frozen=True)
class Split:
	moment: datetime


@dataclass(frozen=True)
class MergeWith:
	"""One with the next trouble of the same CI."""


@dataclass(frozen=True)
class Reclassified:
	"""classification and reason in the words of the plant; loss: what it counts as from then on."""

	classification: str
	reason: str
	loss: str | None


Correction = Onset | Split | MergeWith | Reclassified


@dataclass(frozen=True)
class Trouble:
	"""spells: when the signal of the CI said so, ascending."""

	ci: str
	kind: str
	spells: tuple[Spell, ...]
	correction: Correction | None = None


@dataclass(frozen=True)
class Count:
	"""Units of a line since the last reading; scrap is part of produced."""

	line: str
	moment: datetime
	produced: int
	scrap: int


@dataclass(frozen=True)
class Story:
	troubles: tuple[Trouble, ...]
	heartbeats: tuple[datetime, ...]
	counts: tuple[Count, ...]
	cells: Cells
	flood_alarms: tuple[tuple[datetime, str], ...]
	"""(moment, CI): everything that the flood says within one second, the same again and again."""


def _once(ci: str, day: str, start: str, end: str, correction: Correction | None = None, kind=LINE_STOP):
	return Trouble(ci, kind, ((at(day, start), at(day, end)),), correction)


def _behind(root: str, cis, chance: random.Random, start: datetime, end: datetime, late: dict[str, datetime]):
	"""A root and all behind it fail within seconds, in any order, and come back in any order after the root."""
	yield Trouble(root, LINE_STOP, ((start + timedelta(milliseconds=chance.randrange(3000)), end),))
	for ci in cis:
		down = start + timedelta(milliseconds=chance.randrange(6000))
		back = late.get(ci) or end + timedelta(milliseconds=chance.randrange(1000, 30000))
		yield Trouble(ci, LINE_STOP, ((down, back),))


def _flapping(ci: str, start: datetime, seconds: int) -> Trouble:
	"""Five times a second away and back: ten changes a second."""
	step = timedelta(milliseconds=100)
	return Trouble(
		ci,
		LINE_STOP,
		tuple((start + 2 * n * step, start + (2 * n + 1) * step) for n in range(5 * seconds)),
	)


SINGLE = (
	_once("Body robot 5", "Mon", "07:12:10", "07:31:40"),  # longer than the buffer; Paint has no price yet
	_once("Paint robot 5", "Mon", "08:00:05", "08:20:05"),  # not priced
	_once("Body robot 1", "Mon", "09:00:00", "09:00:25"),  # micro-stop
	_once("Body robot 2", "Mon", "09:50:00", "10:25:00"),  # across a break
	_once("Body robot 3", "Mon", "11:00:00", "11:45:00", kind=DEGRADED),
	_once("Body robot 5", "Mon", "15:00:00", "15:25:00", kind=STARVED),
	Trouble(  # reopened
		"Body robot 6",
		LINE_STOP,
		((at("Mon", "16:00:00"), at("Mon", "16:10:00")), (at("Mon", "16:10:40"), at("Mon", "16:20:00"))),
	),
	Trouble("Body robot 6", LINE_STOP, ((at("Mon", "23:40:00"), at("Tue", "00:35:00")),)),  # midnight
	_once("Body robot 5", "Tue", "07:00:00", "07:40:00"),  # two that overlap
	_once("Body robot 6", "Tue", "07:20:00", "08:05:30"),
	_once("Paint robot 5", "Tue", "09:00:00", "09:40:00", kind=PLANNED),
	_once("Paint robot 5", "Tue", "12:00:00", "12:07:00"),  # the buffer behind it makes up for the units
	_flapping("Paint robot 1", at("Tue", "15:00:00"), 15),
	_once(
		"Body robot 4",
		"Tue",
		"17:00:00",
		"17:35:00",
		Reclassified("Changeover", "Product changeover", "setup"),
	),
	_once("Paint robot 2", "Wed", "06:30:00", "07:30:00", Onset(at("Wed", "06:12:20"))),
	_once("Paint robot 3", "Wed", "08:30:00", "09:30:00", Split(at("Wed", "08:52:30"))),
	_once("Paint robot 4", "Wed", "11:00:00", "11:10:00", MergeWith()),
	_once("Paint robot 4", "Wed", "11:25:00", "11:40:00"),
	_once(
		"Paint robot 5", "Wed", "13:30:00", "14:20:00", Reclassified("Planned", "Planned maintenance", None)
	),
	Trouble(  # midnight, and another version of the price
		"Body robot 2", LINE_STOP, ((at("Wed", "23:30:00"), at("Thu", "00:45:00")),)
	),
	_once("Body robot 1", "Thu", "08:00:00", "08:50:00"),  # with a penalty
	_once("Body robot 5", "Thu", "10:30:00", "11:00:00", kind=PLANNED),
	_once("Body robot 6", "Thu", "10:45:00", "11:20:00"),  # partly within the planned stop
	_once("Body robot 3", "Thu", "14:00:00", "14:20:00"),  # two that touch: one restart
	_once("Body robot 4", "Thu", "14:20:00", "14:30:00.700"),
	_once("Paint robot 1", "Fri", "09:00:00", "09:30:00"),  # closed on that day
	_once("Paint robot 2", "Sat", "13:50:00", "14:30:00"),  # past the last shift of the week
	_once("Body robot 1", "Sat", "20:00:00", "20:00:59"),  # a micro-stop
	_once("Body robot 1", "Sat", "20:05:00", "20:05:59.500"),  # none: we heard of its end too late
	_once("Body robot 5", "Sun", "01:20:00", "03:40:00"),  # the hour that the clock skips
	_once(
		"Body robot 2",
		"Sun",
		"05:00:00",
		"05:20:00",
		Reclassified("Starved or Blocked", "Material shortage", "waiting"),
	),
)


def story(cells: Cells, alarms: int) -> Story:
	"""The same for the same cells. alarms: of the flood, at least one of each of its CIs."""
	chance = random.Random(SEED)
	troubles = list(SINGLE)
	troubles += _behind(SWITCH, BEHIND_SWITCH, chance, at("Mon", "12:30:00"), at("Mon", "12:41:00"), {})
	outlasts = {"Body robot 1": at("Fri", "13:25:00")}
	troubles += _behind(SWITCH, BEHIND_SWITCH, chance, at("Fri", "13:00:00"), at("Fri", "13:05:00"), outlasts)
	flood_alarms = _flood(cells, alarms, chance)
	first = {}
	for moment, ci in flood_alarms:
		first.setdefault(ci, moment)
	for number, switch in enumerate(cells.switches()):
		back = at("Sun", "11:10:00") + timedelta(seconds=number)
		troubles.append(Trouble(switch, LINE_STOP, ((first[switch], back),)))
		for machine in cells.behind(switch):
			later = back + timedelta(milliseconds=chance.randrange(1000, 20000))
			troubles.append(Trouble(machine, LINE_STOP, ((first[machine], later),)))
	troubles.sort(key=lambda one: one.spells)
	return Story(tuple(troubles), _heartbeats(), _counts(chance), cells, flood_alarms)


def _flood(cells: Cells, alarms: int, chance: random.Random) -> tuple[tuple[datetime, str], ...]:
	"""Every CI of every cell, again and again, in any order; no two at the same moment."""
	cis = [ci for switch in cells.switches() for ci in (switch, *cells.behind(switch))]
	said = [cis[n % len(cis)] for n in range(max(alarms, len(cis)))]
	chance.shuffle(said)
	start = at("Sun", "10:40:00")
	return tuple(
		(start + timedelta(microseconds=1_000_000 * n // len(said)), ci) for n, ci in enumerate(said)
	)


def _heartbeats() -> tuple[datetime, ...]:
	"""Every three hours, but for a silence on Thursday."""
	start, end = at("Mon", "00:00:30"), at("Next", "06:00:00")
	moments = (start + timedelta(hours=3 * n) for n in range(8 * (DAYS + 1)))
	return tuple(
		moment for moment in moments if moment < end and not at("Thu", "04:00") < moment < at("Thu", "11:00")
	)


def _counts(chance: random.Random) -> tuple[Count, ...]:
	"""The counters of both lines, read every two hours; what they tell first is where they stand, no unit."""
	found = []
	for hour in range(0, 24 * DAYS, 2):
		moment = at("Mon", "00:00:00") + timedelta(hours=hour, minutes=47)
		if moment < at("Next", "00:00:00"):
			for line, most in (("Body", 122), ("Paint", 110)):
				produced = chance.randrange(most) if hour else 0
				found.append(Count(line, moment, produced, min(produced, chance.randrange(3))))
	return tuple(found)


assert MONDAY.weekday() == 0
assert WATCHED not in {one.ci for one in SINGLE}
