"""The response beside the signal: notification starts it, the signal's end restores, its return goes on."""

from datetime import timedelta

import pytest

from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.services import escalations, response
from tests.services.conftest import START

ROMY = "romy.robotics@demo-plant.example"


@pytest.fixture
def stop(plant):
	(name,) = plant.drain().process([plant.state("OFFLINE", ts=START)])
	plant.deliver([name])
	return name


def stop_of(plant, name):
	return plant.records.get("Line Stop", name)


def signal(plant, state, minutes):
	at = START + timedelta(minutes=minutes)
	plant.clock.moment = max(plant.clock.moment, at)
	plant.drain().process([plant.state(state, ts=at)])


def test_telling_people_starts_clock_checklist_and_diagnosis(plant, stop):
	record = stop_of(plant, stop)
	assert record["stage"] == "Detected"
	assert record["dispatch_due_at"] - record["notified_at"] == timedelta(minutes=15)
	assert [step["step_kind"] for step in record["steps"]] == [
		"Remote Diagnosis",
		"Dispatch",
		"Spare Decision",
		"Root Cause",
		"Review",
	]
	assert ("diagnose", "short", {"line_stop": stop}) in plant.ports.jobs.jobs


def test_delivering_again_starts_no_second_clock(plant, stop):
	before = stop_of(plant, stop)
	for entry in plant.records.find("Outbox Entry"):
		plant.records.update("Outbox Entry", entry["name"], {"status": "Pending"})
	plant.clock.move(300)
	plant.deliver([stop])
	assert stop_of(plant, stop)["notified_at"] == before["notified_at"]


def test_the_signal_s_end_restores_and_its_return_goes_on_where_people_were(plant, stop):
	plant.clock.move(60)
	response.dispatch(plant.ports, stop, ROMY)
	signal(plant, "RUNNING", 10)
	ended = stop_of(plant, stop)
	assert (ended["stage"], ended["restored_at"], ended["restored_by"]) == (
		"Restored",
		ended["ended_at"],
		None,
	)
	signal(plant, "OFFLINE", 10.5)
	back = stop_of(plant, stop)
	assert (back["status"], back["stage"], back["restored_at"]) == ("Open", "Dispatched", None)


def test_what_a_person_has_restored_stays_restored_at_that_time(plant, stop):
	plant.clock.move(300)
	response.report(plant.ports, stop, Stage.RESTORED, ROMY)
	by_hand = stop_of(plant, stop)
	signal(plant, "RUNNING", 20)
	after = stop_of(plant, stop)
	assert (after["restored_at"], after["restored_by"]) == (by_hand["restored_at"], ROMY)
	assert after["ended_at"] == START + timedelta(minutes=20)


def test_the_shipped_policy_tells_the_line_s_people_and_then_the_plant_admin(plant, stop):
	plant.records.insert(
		"User",
		{"email": "ada@demo-plant.example", "first_name": "Ada", "roles": [{"role": "Plant Admin"}]},
	)
	told = {}
	notified_at = stop_of(plant, stop)["notified_at"]
	plant.notifier.notices.clear()
	while plant.clock.moment < notified_at + timedelta(minutes=131):
		plant.clock.move(30)
		escalations.run_due(plant.ports)
		for notice in plant.notifier.notices:
			minute = (plant.clock.moment - notified_at) // timedelta(minutes=1)
			told.setdefault(minute, []).append(notice.users[0].partition("@")[0])
		plant.notifier.notices.clear()
	assert told == {
		5: ["petra.production"],
		10: ["ada"],
		15: ["petra.production", "ada"],
		30: ["ada"],
		45: ["ada"],
		60: ["ada"],
		120: ["ada"],
	}
	assert stop_of(plant, stop)["dispatch_missed"]


def test_two_schedulers_at_once_run_each_step_once(plant, stop):
	"""The second sees what is due before the first has committed, and writes after it."""
	plant.clock.move(15 * 60 + 5)
	first_look = escalations._with_something_due(plant.ports)
	ran = escalations.run_due(plant.ports)
	again = sum(escalations._escalate(plant.ports, name) for name in first_look)
	assert (ran, again) == (4, 0)
	assert plant.records.count("Escalation Run", {"line_stop": stop}) == 4
