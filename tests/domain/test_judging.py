"""The state machine of a rule, compared with a plain model of on-delay and off-delay."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.judging import NuisanceLimits, RuleState, expire, judge
from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import Condition, EventKind, Phase, Transition

START = datetime(2026, 6, 1, tzinfo=timezone.utc)


def rule(on=0.0, off=0.0, condition=Condition.EQUALS, kind=EventKind.LINE_STOP):
	return SignalRule("R", "C", "a", condition, "OFFLINE", "AR-042", kind, None, on, off)


def reading(value, seconds):
	at = START + timedelta(seconds=seconds)
	return Reading("a", value, None, at, f"key-{seconds}")


CALM = NuisanceLimits(chatter_raises=0)


def play(the_rule, values, limits=CALM):
	"""Feed (seconds, value) pairs as the drain does. Returns the state, (transition, key) pairs, what is settled."""
	state, happened, settled = RuleState(), [], 0
	for seconds, value in values:
		one = reading(value, seconds)
		verdicts = [verdict for verdict in [expire(state, one.received_time)] if verdict]
		verdicts.append(judge(the_rule, verdicts[-1].state if verdicts else state, one, limits))
		state = verdicts[-1].state
		settled += sum(verdict.settled for verdict in verdicts)
		happened += [(v.transition, v.cause.event_key) for v in verdicts if v.transition]
	return state, happened, settled


def test_without_delays_it_raises_and_clears_at_once_and_repeats_change_nothing():
	state, happened, settled = play(
		rule(), [(0, "RUNNING"), (1, "OFFLINE"), (2, "OFFLINE"), (3, "RUNNING"), (4, "RUNNING")]
	)
	assert happened == [(Transition.RAISED, "key-1"), (Transition.CLEARED, "key-3")]
	assert (state.phase, settled) == (Phase.CLEAR, 3)


def test_a_condition_shorter_than_the_on_delay_raises_nothing():
	state, happened, settled = play(rule(on=5), [(0, "OFFLINE"), (4.9, "RUNNING")])
	assert (happened, state.phase, settled) == ([], Phase.CLEAR, 2)


def test_the_event_of_an_on_delay_is_that_of_the_reading_that_began_it():
	state, happened, _ = play(rule(on=5), [(0, "OFFLINE"), (6, "OFFLINE")])
	assert (happened, state.phase) == ([(Transition.RAISED, "key-0")], Phase.ACTIVE)


def test_a_gap_shorter_than_the_off_delay_does_not_clear():
	state, happened, settled = play(rule(off=5), [(0, "OFFLINE"), (1, "RUNNING"), (2, "OFFLINE")])
	assert (happened, state.phase, settled) == ([(Transition.RAISED, "key-0")], Phase.ACTIVE, 2)


def test_a_change_is_an_event_that_leaves_no_phase_behind():
	state, happened, _ = play(
		rule(condition=Condition.CHANGED, kind=EventKind.INFORMATION),
		[(0, "v1"), (1, "v2"), (2, "v2"), (3, "v1")],
	)
	assert [transition for transition, _ in happened] == [Transition.CHANGED] * 2
	assert state.phase == Phase.CLEAR


DELAY = st.sampled_from([0.0, 1.0, 3.0])
STEPS = st.lists(st.tuples(st.sampled_from([0.25, 1.0, 2.0, 5.0]), st.booleans()), min_size=1, max_size=40)


@given(DELAY, DELAY, STEPS)
def test_it_equals_a_plain_model_and_every_signal_is_accounted_for(on, off, steps):
	values, at = [], 0.0
	for pause, offline in steps:
		at += pause
		values.append((at, "OFFLINE" if offline else "RUNNING"))
	state, happened, settled = play(rule(on, off), values)
	assert [transition for transition, _ in happened] == plain_model(on, off, values)
	waiting = 1 if state.pending else 0
	assert len(values) == len(happened) + settled + waiting


def plain_model(on, off, values):
	"""A run of equal readings takes effect when the reading after its start comes no sooner than the delay."""
	active, since, transitions = False, None, []
	for at, value in values:
		wanted = value == "OFFLINE"
		if since is not None and at - since >= (off if active else on):
			active, since = not active, None
			transitions.append(Transition.RAISED if active else Transition.CLEARED)
		if wanted == active:
			since = None
		elif since is None:
			since = at
			if (off if active else on) == 0:
				active, since = wanted, None
				transitions.append(Transition.RAISED if active else Transition.CLEARED)
	return transitions
