"""Who is on call when: duties by shift or by time of day, on weekdays, in turns of weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from plant_itsm.domain.calendars import ALL_WEEK, Shift
from plant_itsm.domain.errors import InvalidRecordError

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Duty:
	"""One person's duty. Without shift and times it lasts the whole day.

	starts_at, ends_at: bounds of the duty, None for open. from_time, to_time: in the time zone of the site; a duty that
	ends before it starts ends on the next day. weekdays: Monday 0 to Sunday 6, those on which it, or its shift, starts.
	every_weeks: one week in so many, counted from the week of `first_week`.
	"""

	user: str
	starts_at: datetime | None = None
	ends_at: datetime | None = None
	shift: str | None = None
	from_time: time | None = None
	to_time: time | None = None
	weekdays: frozenset[int] = ALL_WEEK
	every_weeks: int = 1
	first_week: date | None = None

	def holds(self, moment: datetime, zone: tzinfo, working: Shift | None) -> bool:
		"""Whether the person is on call at a moment. working: the shift that works then on the line in question."""
		if self.starts_at is not None and moment < self.starts_at:
			return False
		if self.ends_at is not None and moment >= self.ends_at:
			return False
		began_on = self._began_on(moment.astimezone(zone), working)
		return began_on is not None and began_on.weekday() in self.weekdays and self._is_its_turn(began_on)

	def _began_on(self, local: datetime, working: Shift | None) -> date | None:
		"""The day on which the duty that holds now has begun; None when none holds."""
		if self.shift is None:
			return began_on(local, self.from_time or time(0), self.to_time or time(0))
		if working is None or working.name != self.shift:
			return None
		return began_on(local, working.start, working.end)

	def _is_its_turn(self, day: date) -> bool:
		if self.every_weeks <= 1 or self.first_week is None:
			return True
		return (_monday(day) - _monday(self.first_week)).days // 7 % self.every_weeks == 0


def began_on(local: datetime, start: time, end: time) -> date | None:
	"""The day on which a daily span of wall time has begun that holds at `local`; equal times span a whole day."""
	now, today = local.time().replace(tzinfo=None), local.date()
	if start < end:
		return today if start <= now < end else None
	if now >= start:
		return today
	return today - DAY if now < end else None


def _monday(day: date) -> date:
	return day - day.weekday() * DAY


def check_duty(duty: Duty) -> None:
	"""Refuse a duty that never holds, or that says two things at once."""
	reason = _refusal(duty)
	if reason:
		raise InvalidRecordError(f"On Call Duty of {duty.user}: {reason}")


def _refusal(duty: Duty) -> str | None:
	if duty.starts_at and duty.ends_at and duty.ends_at <= duty.starts_at:
		return (
			f"it ends at {duty.ends_at.isoformat(timespec='minutes')}, not after it starts at"
			f" {duty.starts_at.isoformat(timespec='minutes')}. Enter a later end."
		)
	if (duty.from_time is None) != (duty.to_time is None):
		return "it has only one of the two times. Enter from and to, or neither."
	if duty.shift and duty.from_time is not None:
		return f"it names the shift {duty.shift} and times. Keep one of the two."
	if not duty.weekdays:
		return "it holds on no weekday. Tick at least one."
	if duty.every_weeks < 1:
		return f"one week in {duty.every_weeks} is no rota. Enter 1 or more."
	if duty.every_weeks > 1 and duty.first_week is None:
		return f"one week in {duty.every_weeks}, but counted from when? Enter the first week."
	return None
