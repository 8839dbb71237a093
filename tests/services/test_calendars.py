"""Shift calendars of lines, and what they make a stop cost."""

from datetime import date, datetime, time, timedelta, timezone

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.services.calendars import calendar_of
from tests.services.conftest import START

LINE = "Assembly Line 3"
DAY_SHIFT = {"shift_name": "Day", "start_time": time(6), "end_time": time(14)}


def stopped_for(plant, hours):
	drain = plant.drain()
	drain.process([plant.state("OFFLINE", ts=START)])
	plant.clock.move(hours * 3600 + 60)
	(name,) = drain.process([plant.state("RUNNING", ts=START + timedelta(hours=hours))])
	return plant.records.get("Line Stop", name)


def test_a_stop_costs_while_production_is_planned(plant):
	plant.records.update("Production Line", LINE, {"shifts": [DAY_SHIFT]})  # START is 10:00 in Berlin
	stop = stopped_for(plant, 6)
	assert (stop["duration_seconds"], str(stop["cost"])) == (21600.0, "15200.00")
	(row,) = stop["lines"]
	assert (row["planned_seconds"], str(row["cost"])) == (14400.0, "15200.00")
	assert "14400 s of planned production" in stop["cost_explanation"]


def test_a_closed_day_of_the_site_and_an_extra_shift_of_the_line(plant):
	closed = {"plant_site": "Demo Plant", "day": date(2026, 6, 1), "description": "Whit Monday"}
	plant.records.insert("Calendar Exception", closed)
	assert str(stopped_for(plant, 2)["cost"]) == "0.00"
	extra = closed | {"production_line": LINE, "closed": False, "start_time": time(10), "end_time": time(11)}
	plant.records.insert("Calendar Exception", extra)
	day = datetime(2026, 6, 1, 4, tzinfo=timezone.utc)  # when the night shift of Sunday ends
	assert calendar_of(plant.records, LINE).planned_seconds(day, day + timedelta(hours=16)) == 3600


def test_bad_shifts_and_exceptions_are_refused(plant):
	late = {"shift_name": "Late", "start_time": time(13), "end_time": time(22)}
	with pytest.raises(InvalidRecordError, match="overlaps"):
		plant.records.update("Production Line", LINE, {"shifts": [DAY_SHIFT, late]})
	weekend = late | {weekday: False for weekday in ("monday", "tuesday", "wednesday", "thursday", "friday")}
	sunday_free = DAY_SHIFT | {"saturday": False, "sunday": False}
	plant.records.update("Production Line", LINE, {"shifts": [sunday_free, weekend]})
	with pytest.raises(InvalidRecordError, match="has no times"):
		plant.records.insert(
			"Calendar Exception", {"plant_site": "Demo Plant", "day": date(2026, 6, 1), "closed": False}
		)
	once = {"plant_site": "Demo Plant", "day": date(2026, 12, 25)}
	plant.records.insert("Calendar Exception", once)
	with pytest.raises(Exception, match="2026-12-25 Demo Plant"):
		plant.records.insert("Calendar Exception", once)
