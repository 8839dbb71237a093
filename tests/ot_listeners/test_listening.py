import logging

import pytest

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.ot_listeners.listening import Backoff, KeptAddresses, ListenerState, Reporter
from tests.servers import Recorder

LOG = logging.getLogger(__name__)


def test_a_loss_and_its_return_are_reported_once_each():
	told = Recorder()
	reporter = Reporter("MES broker", told, LOG)
	for state, detail in [
		(ListenerState.LOST, "first reason"),
		(ListenerState.LOST, "second reason"),
		(ListenerState.CONNECTED, ""),
		(ListenerState.CONNECTED, ""),
		(ListenerState.REFUSED, "bad password"),
		(ListenerState.REFUSED, "bad password"),
		(ListenerState.REFUSED, "banned"),
	]:
		reporter.say(state, detail)
	assert told.seen == [
		("lost", "first reason"),
		("connected", ""),
		("refused", "bad password"),
		("refused", "banned"),
	]


def test_waiting_times_double_up_to_their_cap_and_start_again_after_a_reset():
	backoff = Backoff(1.0, 8.0)
	waits = [backoff.next_seconds() for _ in range(100)]
	for wait, ceiling in zip(waits, [1, 2, 4, 8, 8, 8], strict=False):
		assert ceiling / 2 <= wait <= ceiling
	assert max(waits) <= 8.0
	assert len(set(waits)) > 90  # jittered
	backoff.reset()
	assert backoff.next_seconds() <= 1.0


def test_while_the_database_is_away_the_last_addresses_stay(caplog):
	answers = iter([frozenset({"a"}), OSError("database away"), OSError("database away"), frozenset({"b"})])

	def ask():
		answer = next(answers)
		if isinstance(answer, Exception):
			raise answer
		return answer

	kept = KeptAddresses(ask, LOG)
	seen = []
	for _ in range(4):
		kept._every._due_at = 0.0  # a second later
		seen.append(kept.current())
	assert seen == [{"a"}, {"a"}, {"a"}, {"b"}]
	assert caplog.text.count("cannot be read") == 1


def test_addresses_are_asked_for_once_a_second_at_most():
	asked = Recorder()

	def ask():
		asked("asked")
		return frozenset()

	kept = KeptAddresses(ask, LOG)
	for _ in range(100):
		kept.current()
	assert len(asked.seen) <= 2


def test_a_lost_lease_is_not_taken_for_a_database_that_is_away():
	def ask():
		raise LeaseLostError("gone")

	with pytest.raises(LeaseLostError):
		KeptAddresses(ask, LOG).current()
