"""The scripted week on the embedded edition comes out as the oracle says. WEEK=full: with the flood of 800 CIs."""

import os

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from tests.week.comparison import MATTERS, recorded, wanted
from tests.week.oracle import judge
from tests.week.play import Nobody, Week, full, small
from tests.week.story import story

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


@pytest.mark.parametrize("what", MATTERS)
def test_the_week_comes_out_as_the_oracle_says(week, verdict, what):
	assert recorded(week, what) == wanted(verdict, what)


def test_every_cent_of_the_week_is_in_a_part(week):
	for stop in week.stops:
		assert sum(part["amount"] for part in stop["cost_parts"]) == (stop["cost"] or 0)
