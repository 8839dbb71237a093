"""Units that signals count: one row per rule, line and shift, in the transaction of the batch."""

from datetime import datetime, timedelta, timezone

import pytest

from plant_itsm.domain.errors import InvalidRecordError, RuleError
from tests.services.conftest import START

LINE = "Assembly Line 3"
EARLY = datetime(2026, 6, 1, 4, tzinfo=timezone.utc)
"""06:00 in Berlin; START is 10:00, the early shift ends at 14:00."""


def counting_rule(plant, name, **more):
	values = {
		"rule_name": name,
		"connection": "Cell Broker",
		"address": f"line3/{name}",
		"value_path": "n",
		"ci": "AR-042",
		"event_kind": "Production Count",
		"condition": "counts",
	}
	plant.records.insert("Signal Rule", {**values, **more})


@pytest.fixture
def produced(plant):
	counting_rule(plant, "produced")
	return plant


def units(plant, name, number, minutes=0):
	at = START + timedelta(minutes=minutes)
	return plant.streamed(f"line3/{name}", f'{{"n": {number}, "ts": "{at.isoformat()}"}}')


def rows(plant):
	found = plant.records.find("Production Count", order_by="period_from")
	return [(row["period_from"], row["produced"], row["scrap"]) for row in found]


def test_a_batch_becomes_one_row_of_its_shift(produced):
	drain = produced.drain()
	drain.process([units(produced, "produced", number, number) for number in range(100)])
	drain.process([units(produced, "produced", 120, 120)])
	(row,) = produced.records.find("Production Count")
	assert (row["production_line"], row["produced"], row["scrap"]) == (LINE, 120, 0)
	assert (row["period_from"], row["period_to"]) == (EARLY, EARLY + timedelta(hours=8))
	assert (row["source"], row["signal_rule"], row["product"]) == ("Signal Rule", "produced", "SUV Model X")
	assert produced.records.count("OT Signal Event") == 0
	assert produced.counts() == {"received": 101, "events": 0, "suppressed": 101, "dead_lettered": 0}


def test_units_belong_to_the_shift_of_their_source_time(produced):
	drain = produced.drain()
	produced.clock.move(6 * 3600)  # all of it arrives at 16:00, in the late shift
	drain.process([units(produced, "produced", 10, 0), units(produced, "produced", 30, 200)])
	drain.process([units(produced, "produced", 35, 300)])
	assert rows(produced) == [(EARLY, 20, 0), (EARLY + timedelta(hours=8), 5, 0)]


def test_a_restart_goes_on_from_where_the_counter_stood(produced):
	batch = [units(produced, "produced", number, number) for number in (5, 8)]
	produced.drain().process(batch)
	again = produced.drain()
	again.process(batch)
	again.process([units(produced, "produced", 9, 9)])
	assert rows(produced) == [(EARLY, 4, 0)]


def test_scrap_has_a_counter_of_its_own(produced):
	counting_rule(produced, "scrap", count_of="Scrap of Produced")
	produced.drain().process(
		[units(produced, name, number) for name in ("produced", "scrap") for number in (0, 7)]
	)
	assert sorted(rows(produced)) == [(EARLY, 0, 7), (EARLY, 7, 0)]


def test_pulses_are_counted_with_their_units(plant):
	counting_rule(plant, "cycle", condition="=", condition_value="1", units_per_count=4)
	plant.drain().process([units(plant, "cycle", 1, minute) for minute in (0, 1, 1, 2)])
	assert rows(plant) == [(EARLY, 12, 0)]


def test_what_cannot_be_counted_becomes_a_dead_letter(produced):
	produced.records.update("OT CI", "AR-042", {"production_line": None, "line_effect": "No Direct Effect"})
	produced.drain().process([units(produced, "produced", 1)])
	produced.records.update("OT CI", "AR-042", {"production_line": LINE})
	produced.drain().process([units(produced, "produced", '"many"')])
	reasons = [row["reason"] for row in produced.records.find("Signal Dead Letter", order_by="creation")]
	assert "belongs to no production line" in reasons[0]
	assert "is no counter" in reasons[1]


def test_a_rule_that_cannot_count_is_refused(plant):
	with pytest.raises(RuleError, match="count nothing"):
		counting_rule(plant, "produced", units_per_count=0)
	with pytest.raises(RuleError, match="Choose the event kind Production Count"):
		counting_rule(plant, "produced", event_kind="Line Stop")


@pytest.mark.parametrize(
	("values", "refused"),
	[
		({"produced": 5, "scrap": 6}, "scrap is part of"),
		({"produced": 5, "scrap": 1, "startup_scrap": 2}, "startup scrap"),
		({"period_to": EARLY}, "not after"),
		({"period_to": EARLY + timedelta(hours=9)}, "behind the end of Early .* one count per shift"),
	],
)
def test_an_entry_that_cannot_be_is_refused(plant, values, refused):
	entry = {"production_line": LINE, "period_from": EARLY, "period_to": EARLY + timedelta(hours=8)}
	with pytest.raises(InvalidRecordError, match=refused):
		plant.records.insert("Production Count", entry | values)
