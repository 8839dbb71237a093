"""The health of an alarm system by ISA-18.2 (IEC 62682) and EEMUA 191: its load on operators, and its worst alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from plant_itsm.domain.time_spans import Span, exact_seconds, merged, seconds_of

INTERVAL = timedelta(minutes=10)
CHATTER_RAISES, CHATTER_WINDOW = 3, timedelta(minutes=1)
STALE_AFTER = timedelta(hours=24)
TOP = 10


@dataclass(frozen=True)
class Alarms:
	"""What was raised in a period. by_interval: alarms of each ten minutes that had some. by_alarm: of each alarm.

	chattering: how often each alarm came three times within a minute. stale: active for more than 24 h now.
	"""

	period: Span
	operators: int
	by_interval: Sequence[int]
	by_alarm: Mapping[str, int]
	floods: Sequence[Span]
	chattering: Mapping[str, int]
	stale: Sequence[str] = ()


@dataclass(frozen=True)
class Figure:
	"""One figure with the limit of the standards. value: None where there is nothing to tell it from."""

	name: str
	value: Decimal | None
	unit: str
	limit: Decimal
	formula: str

	@property
	def is_met(self) -> bool:
		return self.value is None or self.value <= self.limit


def alarm_health(alarms: Alarms) -> tuple[Figure, ...]:
	"""The figures of ISA-18.2 (16.5) with the limits that it and EEMUA 191 recommend."""
	total = sum(alarms.by_alarm.values())
	operators = max(alarms.operators, 1)
	lasted = exact_seconds(alarms.period.end - alarms.period.start)
	intervals = lasted / exact_seconds(INTERVAL)
	top = sum(sorted(alarms.by_alarm.values(), reverse=True)[:TOP])
	flooded = seconds_of(cut for flood in merged(alarms.floods) if (cut := flood.cut(alarms.period)))
	peak = max(alarms.by_interval, default=0)
	return (
		Figure(
			"Average alarms per 10 minutes and operator",
			_ratio(Decimal(total), intervals * operators),
			"",
			Decimal(1),
			f"{total} alarms ÷ {intervals:.1f} intervals ÷ {operators} operators",
		),
		Figure(
			"Peak alarms per 10 minutes and operator",
			Decimal(peak) / operators,
			"",
			Decimal(10),
			f"{peak} alarms ÷ {operators} operators",
		),
		Figure(
			"Time in flood",
			_percent(flooded, lasted),
			"%",
			Decimal(1),
			f"{flooded.normalize():f} s ÷ {lasted.normalize():f} s",
		),
		Figure(
			"Share of the 10 most frequent alarms",
			_percent(Decimal(top), Decimal(total)),
			"%",
			Decimal(5),
			f"{top} ÷ {total} alarms",
		),
		Figure(
			"Chattering alarms",
			Decimal(len(alarms.chattering)),
			"",
			Decimal(0),
			"alarms that came 3 times within a minute",
		),
		Figure("Stale alarms", Decimal(len(alarms.stale)), "", Decimal(5), "active for more than 24 h now"),
	)


def _ratio(upper: Decimal, lower: Decimal) -> Decimal | None:
	return upper / lower if lower else None


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
	return 100 * part / whole if whole else None
