"""A broker or a gateway that has lost acknowledgements delivers a run of signals once more, oldest first."""

from datetime import timedelta

from tests.services.conftest import START


def ago(seconds):
	return START - timedelta(seconds=seconds)


def test_signals_from_before_a_stop_do_not_end_it_when_they_come_again(plant):
	drain = plant.drain()
	run = [("RUNNING", ago(9)), ("OFFLINE", ago(5)), ("OFFLINE", ago(3))]
	for _ in range(2):
		drain.process([plant.state(value, ts=at) for value, at in run])
	assert plant.records.count("Line Stop", {"status": "Open"}) == 1
	assert plant.counts() == {"received": 6, "events": 1, "suppressed": 5, "dead_lettered": 0}


def test_signals_from_a_stop_that_is_over_do_not_open_another(plant):
	drain = plant.drain()
	run = [("OFFLINE", ago(9)), ("OFFLINE", ago(7)), ("RUNNING", ago(5)), ("RUNNING", ago(3))]
	for _ in range(3):
		drain.process([plant.state(value, ts=at) for value, at in run])
	(stop,) = plant.records.find("Line Stop")
	assert (stop["status"], stop["duration_seconds"]) == ("Ended", 4.0)
	transitions = [row["transition"] for row in plant.records.find("OT Signal Event", order_by="source_time")]
	assert transitions == ["Raised", "Late", "Cleared"]


def test_signals_from_before_an_on_delay_do_not_cut_it_short(plant):
	plant.records.update("Signal Rule", "AR-042 offline", {"on_delay_seconds": 5.0})
	drain = plant.drain()
	for _ in range(2):
		drain.process([plant.state("RUNNING", ts=ago(9)), plant.state("OFFLINE", ts=ago(2))])
	plant.clock.move(6)
	assert len(drain.pass_time()) == 1
	assert plant.counts()["received"] == plant.counts()["events"] + plant.counts()["suppressed"] == 4


def test_a_new_value_in_another_order_still_counts_at_once(plant):
	"""A source whose clock was set back by a second must not be mute until it has caught up."""
	drain = plant.drain()
	drain.process([plant.state("RUNNING", ts=ago(60)), plant.state("RUNNING", ts=ago(10))])
	assert len(drain.process([plant.state("OFFLINE", ts=ago(11))])) == 1
