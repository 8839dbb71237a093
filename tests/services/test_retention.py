"""Retention on the embedded edition's SQLite file: the contract, and the law that it keeps for any past."""

from datetime import timedelta
from unittest import TestCase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.services import retention
from plant_itsm.tests.contract_retention import EVENT, NOW, RetentionContract
from tests.services.conftest import AR_042, Plant

RULE = {"signal_rule": "AR-042 offline", "ci": "AR-042", "connection": "Cell Broker", "address": AR_042}


class TestRetentionOnSqlite(RetentionContract, TestCase):
	@pytest.fixture(autouse=True)
	def _plant(self, plant):
		self.ports, self.records = plant.ports, plant.records


@given(
	days=st.integers(30, 500),
	rows=st.lists(st.tuples(st.integers(0, 600), st.sampled_from(["none", "open", "over"])), max_size=40),
	batch=st.integers(1, 7),
)
@settings(max_examples=25, deadline=None)
def test_what_is_left_is_what_is_young_or_needed(loaded_file, tmp_path_factory, days, rows, batch):
	path = tmp_path_factory.mktemp("law") / "plant.sqlite"
	path.write_bytes(loaded_file.read_bytes())
	plant = Plant(path, is_loaded=True)
	plant.clock.moment = NOW
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"keep_signal_events_days": days})
	stops = {"none": None, "open": _stop(plant, "Open"), "over": _stop(plant, "Ended")}
	left = set()
	for number, (age, kind) in enumerate(rows):
		_event(plant, f"{number}", age, stops[kind])
		if age <= days or kind == "open":
			left.add(f"{number}")
	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(retention, "BATCH_ROWS", batch)
		patch.setattr(retention, "MOST_BATCHES", 2)
		while sum(retention.tidy(plant.ports).values()):
			pass
	assert {row["event_key"] for row in plant.records.find(EVENT)} == left
	plant.records.close()


def _stop(plant, status):
	moments = dict.fromkeys(("onset", "detected_at"), NOW - timedelta(days=700))
	key = "Line Stop: x" if status == "Open" else None
	values = {"title": status, "kind": "Line Stop", "status": status, "open_key": key, **moments}
	return plant.records.insert("Line Stop", values)["name"]


def _event(plant, key, age_days, stop):
	received = NOW - timedelta(days=age_days) + timedelta(seconds=1)
	values = {**RULE, "event_key": key, "event_kind": "Line Stop", "transition": "Raised", "line_stop": stop}
	plant.records.insert_many(EVENT, [{**values, "received_time": received}])


def test_the_raise_of_what_is_raised_still_stays(plant):
	plant.deliver(plant.drain().process([plant.state("OFFLINE")]))
	(event,) = plant.records.find(EVENT)
	plant.records.update_many(EVENT, [event["name"]], {"line_stop": None, "received_time": NOW})
	retention.tidy(plant.ports)
	assert plant.records.count(EVENT) == 1
	plant.records.update_many("Signal State", _names(plant, "Signal State"), {"phase": "Clear"})
	retention.tidy(plant.ports)
	assert plant.records.count(EVENT) == 0


def _names(plant, doctype):
	return [row["name"] for row in plant.records.find(doctype)]


def test_nothing_goes_while_the_settings_keep_for_ever(plant):
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"keep_signal_events_days": 0})
	_event(plant, "old", 4000, None)
	retention.tidy(plant.ports)
	assert plant.records.count(EVENT) == 1
