"""Plant ITSM Settings: what an administrator of the plant tunes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from plant_itsm.domain.grouping import SuspicionLimits
from plant_itsm.domain.judging import NuisanceLimits
from plant_itsm.domain.ot_networks import FIELD, OtNetworks, ot_networks
from plant_itsm.ports import Records

DOCTYPE = "Plant ITSM Settings"


@dataclass(frozen=True)
class Settings:
	ticket_type: str
	raised_by: str | None
	notify_by_email: bool
	drain_batch_size: int
	lease_seconds: int
	nuisance: NuisanceLimits
	reopen_within_seconds: float
	flood_starts_above: int
	flood_ends_below: int
	incidents_per_rule_and_hour: int
	suspicion: SuspicionLimits
	child_grace_seconds: float
	micro_stop_below_seconds: float
	dispatch_within_minutes: int
	spare_decision_above_minutes: int
	spare_swap_minutes: int
	diagnosis_timeout_seconds: float
	diagnosis_icmp: bool
	review_change_hours: float
	change_stop_hours: float
	outage_hours: float
	self_alarm_after_seconds: int
	backlog_above: int
	outbox_late_minutes: int
	clock_off_seconds: float
	metrics_enabled: bool
	fault_reports_per_hour: int
	drill_minutes: int
	ot_networks: OtNetworks


def settings_of(records: Records) -> Settings:
	row = records.get(DOCTYPE, DOCTYPE) or {}
	return Settings(
		ticket_type=row.get("ticket_type") or "Line Stop",
		raised_by=row.get("raised_by"),
		notify_by_email=bool(row.get("notify_by_email")),
		drain_batch_size=row.get("drain_batch_size") or 500,
		lease_seconds=row.get("lease_seconds") or 15,
		nuisance=NuisanceLimits(
			chatter_raises=row.get("chatter_raises") or 0,
			calm_seconds=row.get("chatter_calm_seconds") or 0.0,
			fleeting_seconds=row.get("fleeting_seconds") or 0.0,
			late_after_seconds=row.get("late_after_seconds") or 0.0,
		),
		reopen_within_seconds=row.get("reopen_within_seconds") or 0.0,
		flood_starts_above=row.get("flood_starts_above") or 0,
		flood_ends_below=row.get("flood_ends_below") or 0,
		incidents_per_rule_and_hour=row.get("incidents_per_rule_and_hour") or 0,
		suspicion=SuspicionLimits(
			from_failed=row.get("suspected_root_from") or 0,
			lowest_score=row.get("suspected_root_score") or 0.0,
			within=timedelta(seconds=row.get("suspected_root_within_seconds") or 0.0),
		),
		child_grace_seconds=row.get("child_grace_seconds") or 0.0,
		micro_stop_below_seconds=row.get("micro_stop_below_seconds") or 0.0,
		dispatch_within_minutes=row.get("dispatch_within_minutes") or 15,
		spare_decision_above_minutes=row.get("spare_decision_above_minutes") or 0,
		spare_swap_minutes=row.get("spare_swap_minutes") or 0,
		diagnosis_timeout_seconds=row.get("diagnosis_timeout_seconds") or 2.0,
		diagnosis_icmp=bool(row.get("diagnosis_icmp")),
		review_change_hours=row.get("review_change_hours") or 0.0,
		change_stop_hours=row.get("change_stop_hours") or 0.0,
		outage_hours=row.get("outage_hours") or 0.0,
		self_alarm_after_seconds=row.get("self_alarm_after_seconds") or 0,
		backlog_above=row.get("backlog_above") or 0,
		outbox_late_minutes=row.get("outbox_late_minutes") or 0,
		clock_off_seconds=row.get("clock_off_seconds") or 0.0,
		metrics_enabled=bool(row.get("metrics_enabled")),
		fault_reports_per_hour=row.get("fault_reports_per_hour") or 60,
		drill_minutes=row.get("drill_minutes") or 30,
		ot_networks=ot_networks(row.get(FIELD)),
	)
