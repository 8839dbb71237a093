"""The plant of the week, as plain values: two lines, the first feeding the second, and the CIs that stop them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 23)
"""The clock goes forward on the Sunday of this week, the 29th, at 02:00."""
DAYS = 7
LATENCY = timedelta(milliseconds=800)
"""From the source of a signal to us."""

MICRO_STOP = timedelta(seconds=60)
REOPEN_WITHIN = timedelta(seconds=60)
CHATTER_RAISES, CHATTER_WINDOW, CALM = 3, timedelta(seconds=60), timedelta(seconds=60)
PART_GRACE = timedelta(seconds=60)
NO_SIGNAL = timedelta(hours=4)
"""The settings that the week relies on."""

LINE_STOP, DEGRADED, STARVED = "Line Stop", "Degraded", "Starved or Blocked"
PLANNED, LOSS_OF_VIEW = "Planned Stop", "Loss of View"
WORDS = {LINE_STOP: "OFFLINE", DEGRADED: "SLOW", STARVED: "STARVED", PLANNED: "PLANNED"}
RUNNING = "RUNNING"


def at(day: str, clock: str) -> datetime:
	"""A wall time of the week, as `at("Tue", "06:30:15")`, in UTC."""
	days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Next")
	local = datetime.combine(MONDAY + timedelta(days=days.index(day)), time.fromisoformat(clock), ZONE)
	return local.astimezone(timezone.utc)


@dataclass(frozen=True)
class Shift:
	name: str
	start: time
	end: time
	weekdays: tuple[int, ...] = tuple(range(7))


@dataclass(frozen=True)
class Rates:
	"""Per hour: a plain sum, or units with their contribution and standing costs."""

	plain: Decimal = Decimal(0)
	contribution: Decimal = Decimal(0)
	units: Decimal = Decimal(0)
	labour: Decimal = Decimal(0)
	other: Decimal = Decimal(0)


@dataclass(frozen=True)
class Price:
	"""A version. night: the rates of the shift Night. held_back: how long a buffer makes up for lost units."""

	valid_from: date
	valid_to: date | None
	rates: Rates
	night: Rates | None = None
	restart: Decimal = Decimal(0)
	scrap: Decimal = Decimal(0)
	penalty: tuple[int, Decimal] | None = None
	"""(after minutes, amount)"""
	held_back: timedelta = timedelta()


@dataclass(frozen=True)
class Line:
	"""exceptions: date -> its shift instead of the weekly ones, None: closed."""

	name: str
	shifts: tuple[Shift, ...]
	breaks: tuple[tuple[time, time], ...]
	prices: tuple[Price, ...]
	run_seconds: Decimal
	"""PRU: planned run time per unit."""
	exceptions: dict[date, Shift | None] = field(default_factory=dict)


def _t(text: str) -> time:
	return time.fromisoformat(text)


EARLY, LATE = Shift("Early", _t("06:00"), _t("14:00")), Shift("Late", _t("14:00"), _t("22:00"))
NIGHT = Shift("Night", _t("22:00"), _t("06:00"))

BODY = Line(
	name="Body",
	shifts=(EARLY, LATE, NIGHT),
	breaks=((_t("10:00"), _t("10:15")), (_t("18:00"), _t("18:15")), (_t("01:30"), _t("01:45"))),
	prices=(
		Price(date(2026, 1, 1), date(2026, 3, 25), Rates(plain=Decimal("3800.00"))),
		Price(
			date(2026, 3, 26),
			None,
			Rates(
				contribution=Decimal("17.37"),
				units=Decimal("61.3"),
				labour=Decimal("911.11"),
				other=Decimal("83.07"),
			),
			night=Rates(contribution=Decimal("17.37"), units=Decimal("61.3"), labour=Decimal("1402.55")),
			restart=Decimal("250.00"),
			scrap=Decimal("61.40"),
			penalty=(30, Decimal("1500.00")),
		),
	),
	run_seconds=Decimal("58.7"),
)
PAINT = Line(
	name="Paint",
	shifts=(
		Shift("Early", EARLY.start, EARLY.end, tuple(range(6))),
		Shift("Late", LATE.start, LATE.end, tuple(range(5))),
	),
	breaks=((_t("10:00"), _t("10:30")), (_t("18:00"), _t("18:30"))),
	prices=(  # of Monday nothing is known
		Price(
			date(2026, 3, 24),
			None,
			Rates(contribution=Decimal("29.41"), units=Decimal("55"), labour=Decimal("640.20")),
			held_back=timedelta(minutes=10),
		),
	),
	run_seconds=Decimal("65.45"),
	exceptions={
		date(2026, 3, 27): None,
		date(2026, 3, 29): Shift("Extra", _t("08:00"), _t("12:00")),
	},
)
LINES = (BODY, PAINT)
BUFFER = timedelta(minutes=15)
"""What the paint line goes on with when the body line stands."""

ROBOTS = {line.name: tuple(f"{line.name} robot {n}" for n in range(1, 7)) for line in LINES}
SWITCH = "Switch"
BEHIND_SWITCH = tuple(robot for robots in ROBOTS.values() for robot in robots[:4])
WATCHED = "Paint robot 6"
"""It tells every few hours that it lives."""


@dataclass(frozen=True)
class Cells:
	"""Cells of machines for the flood, each behind a switch of its own, on the lines in turn."""

	count: int = 2
	machines: int = 19

	@property
	def cis(self) -> int:
		return self.count * (self.machines + 1)

	def switches(self) -> list[str]:
		return [f"Cell {n} switch" for n in range(self.count)]

	def behind(self, switch: str) -> list[str]:
		return [f"{switch.removesuffix(' switch')} machine {n}" for n in range(self.machines)]


def line_of(ci: str) -> str | None:
	"""The line that a CI stops itself; none for a switch."""
	if ci.startswith("Cell "):
		return None if ci.endswith("switch") else LINES[int(ci.split()[1]) % len(LINES)].name
	return next((name for name, robots in ROBOTS.items() if ci in robots), None)
