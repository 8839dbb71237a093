"""Line Shift Records: stored OEE that follows stops, their classification and counts at the next tick."""

from datetime import timedelta

import pytest

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.services import oee
from tests.services.test_production_counts import EARLY, LINE, counting_rule, units


def at(minutes):
	return EARLY + timedelta(minutes=minutes)


def record(plant, start=EARLY, line=LINE):
	(found,) = plant.records.find("Line Shift Record", {"production_line": line, "shift_start": start})
	return plant.records.get("Line Shift Record", found["name"])


def stop(plant, start, end, **more):
	"""A Line Stop of the line, in minutes since the shift began; end None: it is open."""
	values = {
		"title": "T",
		"kind": "Line Stop",
		"onset": at(start),
		"detected_at": at(start),
		"lines": [{"production_line": LINE, "state": "Stopped"}],
		"status": "Open" if end is None else "Ended",
		"ended_at": end and at(end),
	}
	return plant.records.insert("Line Stop", values | more)["name"]


def enter(plant, produced, scrap=0, start=EARLY, **more):
	values = {"production_line": LINE, "period_from": start, "period_to": start + timedelta(hours=8)}
	return plant.records.insert("Production Count", values | {"produced": produced, "scrap": scrap} | more)


def refresh(plant, minutes=None):
	"""The tick, so many minutes after the shift began."""
	if minutes is not None:
		plant.clock.moment = at(minutes)
	return oee.refresh(plant.ports)


def test_a_shift_is_computed_by_hand(plant):
	"""8 h; 30 min planned; stops 60-80 and 70-100 together 40 min; 200 units of which 8 scrap; 240 units per shift."""
	stop(plant, 60, 80)
	stop(plant, 70, 100)
	stop(plant, 240, 270, kind="Planned Stop")
	enter(plant, 200, 8, startup_scrap=3)
	refresh(plant, 481)
	shift = record(plant)
	assert (shift["shift"], str(shift["shift_day"]), shift["is_running"]) == ("Early", "2026-06-01", False)
	assert (shift["busy_seconds"], shift["production_seconds"]) == (27000, 24600)
	assert shift["availability"] == pytest.approx(24600 / 27000 * 100)
	assert shift["performance"] == pytest.approx(120 * 200 / 24600 * 100)
	assert shift["quality"] == pytest.approx(96)
	assert shift["oee"] == pytest.approx(120 * 192 / 27000 * 100)
	assert (shift["breakdown_seconds"], shift["reduced_speed_seconds"]) == (2400, 600)
	assert (shift["startup_reject_seconds"], shift["production_reject_seconds"]) == (360, 600)
	assert [(row["seconds"], row["planned"]) for row in shift["stops"]] == [
		(1800, True),
		(1200, False),
		(1200, False),
	]
	assert "PRU: 28800 s of the shift ÷ 240 units per shift of the line" in shift["explanation"]
	late = record(plant, at(480))
	assert (late["shift"], late["is_running"], late["why_not"]) == ("Late", True, "no production counted")


def test_the_running_shift_follows_an_open_stop_minute_by_minute(plant):
	refresh(plant, 120)
	assert record(plant)["availability"] == 100
	stop(plant, 120, None)
	assert refresh(plant, 121) == 1
	assert record(plant)["production_seconds"] == pytest.approx(7200)
	assert refresh(plant, 121.5) == 0
	assert refresh(plant, 160) == 1
	assert record(plant)["availability"] == pytest.approx(75)


def test_a_new_reason_moves_the_time_to_another_loss_at_the_next_tick(plant):
	name = stop(plant, 60, 120)
	refresh(plant, 200)
	assert record(plant)["breakdown_seconds"] == 3600
	plant.records.update("Line Stop", name, {"stop_reason": "Product changeover"})
	refresh(plant)
	assert (record(plant)["breakdown_seconds"], record(plant)["setup_seconds"]) == (0, 3600)
	assert [(row["stop_reason"], row["loss"]) for row in record(plant)["stops"]] == [
		("Product changeover", "Setup and Changeover")
	]
	plant.records.update("Line Stop", name, {"stop_reason": "Planned maintenance"})
	refresh(plant)
	assert (record(plant)["setup_seconds"], record(plant)["planned_stop_seconds"]) == (0, 3600)


def test_a_corrected_onset_is_taken_back_from_the_shift_before(plant):
	name = stop(plant, 400, 500)
	refresh(plant, 600)
	assert record(plant)["breakdown_seconds"] == 80 * 60
	plant.records.update("Line Stop", name, {"onset": at(490)})
	assert refresh(plant) == 2
	assert record(plant)["breakdown_seconds"] == 0
	assert record(plant, at(480))["breakdown_seconds"] == 600


def test_micro_stops_starved_lines_degraded_lines_and_lost_views(plant):
	stop(plant, 0, 10, micro_stop=True)
	stop(plant, 20, 30, kind="Starved or Blocked")
	stop(plant, 40, 50, kind="Loss of View", lines=[{"production_line": LINE, "state": "Degraded"}])
	stop(plant, 60, 70, kind="Degraded", lines=[{"production_line": LINE, "state": "Degraded"}])
	refresh(plant, 100)
	shift = record(plant)
	assert (shift["minor_stop_seconds"], shift["waiting_seconds"]) == (600, 600)
	assert shift["unplanned_stop_seconds"] == 1200


def test_a_line_behind_a_buffer_loses_time_when_it_is_empty(plant):
	row = {"production_line": LINE, "state": "Stopped", "reached_after_seconds": 900.0}
	stop(plant, 60, 90, lines=[row])
	refresh(plant, 100)
	assert record(plant)["breakdown_seconds"] == 900


def test_time_in_which_the_line_ran_in_between_is_no_loss(plant):
	gap = f'[["{at(70).isoformat()}", "{at(75).isoformat()}"]]'
	stop(plant, 60, 80, interruptions=gap)
	refresh(plant, 100)
	assert record(plant)["breakdown_seconds"] == 900


def test_refreshing_twice_changes_nothing_and_every_shift_has_a_record(plant):
	enter(plant, 100)
	assert refresh(plant, 30 * 60) == 6  # line 3 four shifts, the others only the running one
	before = plant.records.find("Line Shift Record")
	assert refresh(plant, 30 * 60) == 0
	oee.mark_changed(plant.records, LINE, EARLY)
	assert refresh(plant, 30 * 60) == 4
	after = plant.records.find("Line Shift Record")
	for row in (*before, *after):
		del row["modified"], row["computed_to"]
	assert before == after
	refresh(plant, 72 * 60)  # nobody ticked for two days
	assert plant.records.count("Line Shift Record", {"production_line": LINE}) == 10


def test_what_is_produced_outside_of_shifts_is_no_planned_time(plant):
	shifts = plant.records.get("Production Line", LINE)["shifts"]
	early = [row for row in shifts if row["shift_name"] == "Early"]
	plant.records.update("Production Line", LINE, {"shifts": early})
	enter(plant, 7, start=at(480), period_to=at(500))
	refresh(plant, 600)
	extra = record(plant, at(480))
	assert (extra["shift"], extra["produced"], extra["why_not"]) == ("No shift", 7, "no planned time")


def test_signals_update_the_record_and_a_finished_shift_keeps_its_run_time(plant):
	counting_rule(plant, "produced")
	plant.drain().process([units(plant, "produced", 0), units(plant, "produced", 50, 10)])
	refresh(plant, 481)
	assert (record(plant)["produced"], record(plant)["run_seconds_per_unit"]) == (50, 120)
	plant.records.update("Production Line", LINE, {"planned_run_seconds_per_unit": 100.0})
	refresh(plant, 482)
	plant.drain().process([units(plant, "produced", 60, 20)])  # late, for the early shift
	refresh(plant, 483)
	assert (record(plant)["produced"], record(plant)["run_seconds_per_unit"]) == (60, 120)
	assert record(plant, at(480))["run_seconds_per_unit"] == 100


def test_a_line_whose_calendar_is_broken_does_not_hold_up_the_others(plant, caplog, monkeypatch):
	calendar_of = oee.calendar_of

	def broken(records, line):
		if line == LINE:
			raise MissingRecordError("Plant Area 'Gone' does not exist.")
		return calendar_of(records, line)

	monkeypatch.setattr(oee, "calendar_of", broken)
	refresh(plant, 100)
	assert plant.records.count("Line Shift Record") == 2
	assert "OEE of Assembly Line 3 cannot be computed: Plant Area 'Gone'" in caplog.text


def test_a_reason_must_say_something_of_the_time(plant):
	with pytest.raises(InvalidRecordError, match="neither planned nor a loss"):
		plant.records.insert("Stop Reason", {"reason_name": "Whatever"})
