"""The scripted week on the embedded edition comes out as the oracle says. WEEK=full: with the flood of 800 CIs."""

import os
from datetime import timedelta

import pytest

from plant_itsm.domain.vocabulary import NOT_STOPS, EventKind
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from tests.week.comparison import MATTERS, recorded, wanted
from tests.week.facts import LINES, ZONE, line_of
from tests.week.oracle import judge
from tests.week.play import Nobody, Week, full, small
from tests.week.story import SINGLE, story

IS_FULL = os.environ.get("WEEK") == "full"
pytestmark = pytest.mark.timeout(900 if IS_FULL else 120)


@pytest.fixture(scope="module")
def week(tmp_path_factory):
	cells, alarms = full() if IS_FULL else small()
	records = open_store(tmp_path_factory.mktemp("week") / "plant.db", SystemClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	ports = Ports(records, SystemClock(), Nobody(), Nobody(), "unix:///nowhere", "test")
	week = Week(ports, "Week", story(cells, alarms))
	week.play()
	yield week
	records.close()


@pytest.fixture(scope="module")
def verdict(week):
	return judge(week.story)


def test_the_week_has_stops_of_every_kind_on_two_lines_and_a_change_of_the_clock(week, verdict):
	assert len(SINGLE) >= 30
	assert {stop.kind for stop in verdict.stops} == set(EventKind) - set(NOT_STOPS)
	assert {line_of(trouble.ci) for trouble in SINGLE} == {line.name for line in LINES}
	offsets = {stop.onset.astimezone(ZONE).utcoffset() for stop in verdict.stops}
	assert len(offsets) == 2
	moments = [moment for moment, _ci in week.story.flood_alarms]
	assert max(moments) - min(moments) < timedelta(seconds=1)


def test_the_flood_is_ten_thousand_alarms_of_800_cis():
	cells, alarms = full()
	assert (cells.cis, alarms) == (800, 10_000)


@pytest.mark.parametrize("what", MATTERS)
def test_the_week_comes_out_as_the_oracle_says(week, verdict, what):
	assert recorded(week, what) == wanted(verdict, what)


def test_every_cent_of_the_week_is_in_a_part(week):
	for stop in week.stops:
		assert sum(part["amount"] for part in stop["cost_parts"]) == (stop["cost"] or 0)
