"""What the records tell of how we are doing; what Redis tells beside it is added by ot_listeners.health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plant_itsm.domain.health import HealthLimits
from plant_itsm.domain.vocabulary import OutboxStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.outbox import DOCTYPE as OUTBOX
from plant_itsm.services.settings import settings_of

STATE = "OT Connection State"
MINUTE_SECONDS = 60
SHOWN_VALUE = 80


@dataclass(frozen=True)
class RecordedHealth:
	"""What was recorded of one OT Connection. last_signal_at: when a signal was judged last, by our clock."""

	received: int
	events: int
	suppressed: int
	dead_lettered: int
	last_signal_at: datetime | None
	last_address: str
	last_value: str


def recorded_health(records: Records, connection: str) -> RecordedHealth:
	counts = records.get(STATE, connection) or {}
	newest = _newest_state(records, connection)
	return RecordedHealth(
		**{key: counts.get(key) or 0 for key in ("received", "events", "suppressed", "dead_lettered")},
		last_signal_at=counts.get("last_signal_at"),
		last_address=newest["address"] if newest else "",
		last_value=str(newest["value"] or "")[:SHOWN_VALUE] if newest else "",
	)


def _newest_state(records: Records, connection: str) -> Record | None:
	rules = [row["name"] for row in records.find("Signal Rule", {"connection": connection})]
	heard = {"signal_rule": ("in", rules), "last_received_time": ("is", "set")}
	found = records.find("Signal State", heard, order_by="last_received_time", descending=True, limit=1)
	return found[0] if found else None


def outbox_oldest_seconds(records: Records, now: datetime) -> float | None:
	"""For how long the oldest entry that may be carried out waits; None where none waits."""
	pending = records.find(OUTBOX, {"status": OutboxStatus.PENDING}, order_by="creation")
	waiting = [row for row in pending if row["not_before"] is None or row["not_before"] <= now]
	since = [row["not_before"] or row["creation"] for row in waiting]
	return max(0.0, (now - min(since)).total_seconds()) if since else None


def health_limits(records: Records) -> HealthLimits:
	settings = settings_of(records)
	return HealthLimits(
		lasts_seconds=settings.self_alarm_after_seconds,
		backlog=settings.backlog_above,
		outbox_late_seconds=settings.outbox_late_minutes * MINUTE_SECONDS,
		clock_off_seconds=settings.clock_off_seconds,
	)
