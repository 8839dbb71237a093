"""Periods with a start and an end, as people enter them."""

from __future__ import annotations

from datetime import datetime

from plant_itsm.domain.errors import InvalidRecordError


def check_period(starts_at: datetime, ends_at: datetime) -> None:
	"""Refuse a period that ends before, or when, it starts."""
	if ends_at <= starts_at:
		raise InvalidRecordError(
			f"ends at {ends_at.isoformat(timespec='minutes')} is not after starts at"
			f" {starts_at.isoformat(timespec='minutes')}. Enter a later end."
		)
