"""The day that it is where a plant stands."""

from __future__ import annotations

from datetime import date

from plant_itsm.ports import Clock, Records
from plant_itsm.services.lines import zone_of_site


def today_at(records: Records, clock: Clock, plant_site: str | None) -> date:
	"""Today in the time zone of a Plant Site; in UTC where no site is known."""
	return clock.now().astimezone(zone_of_site(records, plant_site)).date()
