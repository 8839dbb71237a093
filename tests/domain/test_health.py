import pytest

from plant_itsm.domain.health import HealthFigures, HealthLimits, ListenerFigures, troubles

LIMITS = HealthLimits(lasts_seconds=180, backlog=1000, outbox_late_seconds=600, clock_off_seconds=5)
NO_LIMITS = HealthLimits(lasts_seconds=0, backlog=0, outbox_late_seconds=0, clock_off_seconds=0)


def _keys(limits=LIMITS, **figures):
	return [one.key for one in troubles(HealthFigures(**figures), limits)]


def test_nothing_is_wrong_where_all_works():
	listener = ListenerFigures("Broker", True, "", 1000)
	assert (
		_keys(listeners=(listener,), tick_age_seconds=80, outbox_oldest_seconds=600, clocks=(("Redis", 5),))
		== []
	)


@pytest.mark.parametrize(
	("figures", "key"),
	[
		({"drains": False}, "drain"),
		({"redis_problem": "refused"}, "redis"),
		({"tick_age_seconds": 91}, "scheduler"),
		({"outbox_oldest_seconds": 601}, "outbox"),
		({"clocks": (("Redis", -5.1),)}, "clock Redis"),
		({"listeners": (ListenerFigures("Broker", False, "", 0),)}, "listener Broker"),
		({"listeners": (ListenerFigures("Broker", True, "lost: refused", 0),)}, "listener Broker"),
		({"listeners": (ListenerFigures("Broker", True, "", 1001),)}, "backlog Broker"),
	],
)
def test_each_trouble_is_told_with_what_to_do(figures, key):
	(found,) = troubles(HealthFigures(**figures), LIMITS)
	assert found.key == key
	assert found.subject
	assert found.detail
	assert found.remedy


def test_a_redis_that_is_away_hides_what_it_would_tell():
	deaf = ListenerFigures("Broker", False, "", 0)
	assert _keys(redis_problem="refused", drains=False, listeners=(deaf,)) == ["redis"]


def test_a_limit_of_zero_is_none():
	listener = ListenerFigures("Broker", True, "", 10**9)
	late = {"outbox_oldest_seconds": 1e9, "clocks": (("Redis", 1e9),)}
	assert _keys(NO_LIMITS, listeners=(listener,), **late) == []


def test_the_direction_of_a_clock_is_told():
	texts = [troubles(HealthFigures(clocks=(("Redis", off),)), LIMITS)[0].detail for off in (7.25, -7.25)]
	assert texts == ["It is 7.2 s ahead of ours.", "It is 7.2 s behind ours."]
