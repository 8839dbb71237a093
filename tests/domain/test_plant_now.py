"""How a line stands: the worst of its open stops, else what its calendar says."""

from datetime import datetime, timedelta, timezone
from itertools import permutations

import pytest

from plant_itsm.domain.plant_now import LineStanding, OpenStop, Standing, standing_of
from plant_itsm.domain.vocabulary import EventKind, LineState

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)


def ago(minutes):
	return NOW - timedelta(minutes=minutes)


def stop(name, kind=EventKind.LINE_STOP, state=LineState.STOPPED, minutes=10, buffer_seconds=0.0):
	return OpenStop(name, kind, state, ago(minutes), buffer_seconds)


@pytest.mark.parametrize(("planned", "standing"), [(True, Standing.RUNNING), (False, Standing.NOT_PLANNED)])
def test_a_line_without_a_stop_stands_as_planned(planned, standing):
	assert standing_of([], planned, NOW) == LineStanding(standing)


def test_a_line_lives_on_its_buffer_and_then_stops():
	buffered = stop("LS-1", minutes=10, buffer_seconds=1200)
	assert standing_of([buffered], True, NOW) == LineStanding(
		Standing.STOPPING, "LS-1", ago(10), NOW + timedelta(minutes=10)
	)
	later = NOW + timedelta(minutes=10)
	assert standing_of([buffered], True, later) == LineStanding(Standing.STOPPED, "LS-1", later)


@pytest.mark.parametrize(
	("kind", "standing"),
	[
		(EventKind.DEGRADED, Standing.DEGRADED),
		(EventKind.LOSS_OF_VIEW, Standing.LOSS_OF_VIEW),
		(EventKind.STARVED_OR_BLOCKED, Standing.STARVED_OR_BLOCKED),
		(EventKind.PLANNED_STOP, Standing.PLANNED_STOP),
	],
)
def test_each_kind_of_trouble_has_its_standing(kind, standing):
	assert standing_of([stop("LS-1", kind)], True, NOW) == LineStanding(standing, "LS-1", ago(10))


def test_the_worst_counts_and_of_equals_the_longest_whatever_their_order():
	stops = [
		stop("LS-1", EventKind.PLANNED_STOP, minutes=90),
		stop("LS-2", minutes=20),
		stop("LS-3", minutes=30),
		stop("LS-4", state=LineState.DEGRADED, minutes=60),
	]
	for order in permutations(stops):
		assert standing_of(order, True, NOW) == LineStanding(Standing.STOPPED, "LS-3", ago(30))
