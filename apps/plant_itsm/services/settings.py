"""Plant ITSM Settings: what an administrator of the plant tunes."""

from __future__ import annotations

from dataclasses import dataclass

from plant_itsm.domain.vocabulary import EventKind
from plant_itsm.ports import Records

DOCTYPE = "Plant ITSM Settings"


@dataclass(frozen=True)
class Settings:
	line_stop_priority: str
	degraded_priority: str
	ticket_type: str
	raised_by: str | None
	notify_by_email: bool
	drain_batch_size: int
	lease_seconds: int

	def priority_of(self, kind: EventKind) -> str:
		return self.line_stop_priority if kind == EventKind.LINE_STOP else self.degraded_priority


def settings_of(records: Records) -> Settings:
	row = records.get(DOCTYPE, DOCTYPE) or {}
	return Settings(
		line_stop_priority=row.get("line_stop_priority") or "P1",
		degraded_priority=row.get("degraded_priority") or "P2",
		ticket_type=row.get("ticket_type") or "Line Stop",
		raised_by=row.get("raised_by"),
		notify_by_email=bool(row.get("notify_by_email")),
		drain_batch_size=row.get("drain_batch_size") or 500,
		lease_seconds=row.get("lease_seconds") or 15,
	)
