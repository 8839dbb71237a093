"""The clocks of a significant security incident: Directive (EU) 2022/2555 (NIS 2), article 23(4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from plant_itsm.domain.change_words import ClockWarning

EARLY_WARNING, NOTIFICATION, FINAL_REPORT = "early_warning", "notification", "final_report"
REPORTS = {EARLY_WARNING: "early warning", NOTIFICATION: "notification", FINAL_REPORT: "final report"}


@dataclass(frozen=True)
class Clock:
	"""A report that is due. sent_at: when it was sent."""

	report: str
	due: datetime
	sent_at: datetime | None = None

	def warning(self, now: datetime, ahead: timedelta) -> ClockWarning | None:
		"""What is to be told of it now; nothing of one that was sent."""
		if self.sent_at is not None or now < self.due - ahead:
			return None
		return ClockWarning.MISSED if now >= self.due else ClockWarning.DUE_SOON


def clocks(aware_at: datetime, sent: dict[str, datetime | None]) -> tuple[Clock, ...]:
	"""The early warning within 24 hours, the notification within 72 hours of becoming aware; the final report one month
	after the notification was sent, and as long as it was not, after it was due. aware_at: in the zone whose calendar
	says what a month is."""
	notification_due = aware_at + timedelta(hours=72)
	final_due = (sent.get(NOTIFICATION) or notification_due) + relativedelta(months=1)
	return (
		Clock(EARLY_WARNING, aware_at + timedelta(hours=24), sent.get(EARLY_WARNING)),
		Clock(NOTIFICATION, notification_due, sent.get(NOTIFICATION)),
		Clock(FINAL_REPORT, final_due, sent.get(FINAL_REPORT)),
	)
