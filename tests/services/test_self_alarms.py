"""Troubles of our own become incidents with ticket and notices, once, when they have lasted, and end with them."""

import pytest

from plant_itsm.domain.health import Trouble
from plant_itsm.services import self_alarms

DEAF = Trouble(
	"listener Cell Broker", "nobody listens to Cell Broker", "No <lease>.", "Start one.", "Cell Broker"
)
CLOCK = Trouble("clock Redis", "the clock of Redis is off", "9 s ahead.", "NTP.")
SETTINGS = "Plant ITSM Settings"
LASTS = 180


@pytest.fixture
def keeper(plant):
	user = {"email": "it@plant.example", "first_name": "Ida", "enabled": True}
	name = plant.records.insert("User", user)["name"]
	plant.records.update("User", name, {"roles": [{"role": "Plant IT"}]})
	return name


def _watch(plant, *troubles):
	plant.deliver(self_alarms.watch(plant.ports, troubles))


def _stops(plant):
	return plant.records.find("Line Stop", order_by="creation")


def test_what_passes_soon_is_no_incident(plant):
	_watch(plant, DEAF)
	plant.clock.move(LASTS - 1)
	_watch(plant, DEAF)
	_watch(plant)
	plant.clock.move(LASTS)
	_watch(plant, DEAF)  # begins anew
	assert _stops(plant) == []


def test_what_lasts_is_one_incident_with_ticket_and_notice(plant, keeper):
	for _ in range(5):
		_watch(plant, DEAF)
		plant.clock.move(LASTS / 2)
	(stop,) = _stops(plant)
	assert (stop["title"], stop["kind"]) == ("PLANT ITSM — nobody listens to Cell Broker", "Loss of View")
	assert (stop["priority"], stop["connection"], stop["root_ci"]) == ("P2", "Cell Broker", None)
	assert (stop["detected_at"] - stop["onset"]).total_seconds() == pytest.approx(LASTS, abs=1)
	assert "<lease>" not in stop["description"]
	assert "No &lt;lease&gt;." in stop["description"]
	(ticket,) = plant.records.find("HD Ticket")
	assert ticket["subject"] == stop["title"]
	(notice,) = plant.notifier.notices
	assert keeper in notice.users


def test_its_end_ends_the_incident_and_says_so(plant, keeper):
	_watch(plant, DEAF, CLOCK)
	plant.clock.move(LASTS)
	_watch(plant, DEAF, CLOCK)
	plant.clock.move(600)
	_watch(plant, CLOCK)
	deaf, clock = sorted(_stops(plant), key=lambda stop: stop["connection"] is None)
	assert (deaf["status"], clock["status"]) == ("Ended", "Open")
	assert deaf["duration_seconds"] == pytest.approx(LASTS + 600, abs=1)
	assert deaf["incident_ended_at"] is not None
	(comment,) = plant.records.find("HD Ticket Comment", {"reference_ticket": deaf["hd_ticket"]})
	assert "ended after 13 min" in comment["content"]
	assert [row["alarm_key"] for row in plant.records.find("Self Alarm")] == [CLOCK.key]


def test_it_is_another_incident_when_it_comes_back(plant):
	for _ in range(2):
		_watch(plant, CLOCK)
		plant.clock.move(LASTS)
		_watch(plant, CLOCK)
		plant.clock.move(1)
		_watch(plant)
	assert [stop["status"] for stop in _stops(plant)] == ["Ended", "Ended"]


def test_whoever_is_told_not_to_watch_opens_nothing_and_ends_what_is_open(plant):
	_watch(plant, CLOCK)
	plant.clock.move(LASTS)
	_watch(plant, CLOCK)
	plant.records.update(SETTINGS, SETTINGS, {"self_alarm_after_seconds": 0})
	_watch(plant, CLOCK, DEAF)
	assert [stop["status"] for stop in _stops(plant)] == ["Ended"]
	assert plant.records.find("Self Alarm") == []


def test_a_plant_signal_beside_it_is_an_incident_of_its_own(plant):
	_watch(plant, DEAF)
	plant.clock.move(LASTS)
	_watch(plant, DEAF)
	plant.deliver(plant.drain().process([plant.state("OFFLINE")]))
	own, robot = _stops(plant)
	assert (own["parent_stop"], robot["parent_stop"]) == (None, None)
	assert robot["root_ci"] == "AR-042"
