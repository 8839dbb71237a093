from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.embedded.store import SqliteRecords
from plant_itsm.tests.contract_plant import SmallPlant


def test_both_passes_of_the_hour_that_a_clock_change_repeats_stay_apart(
	records: SqliteRecords, plant: SmallPlant
):
	first = datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)  # 02:30 in Berlin, summer time
	stop = records.get("Line Stop", plant.stop("DST", onset=first, ended_at=first + timedelta(hours=1)))
	assert stop["ended_at"] - stop["onset"] == timedelta(hours=1)


@pytest.mark.parametrize("amount", ["0.000001", "-0.01", "999999999999.999999", "123456789012.34"])
def test_money_is_exact_to_the_last_digit(records: SqliteRecords, plant: SmallPlant, amount: str):
	name = records.insert("HD Ticket", {"subject": "x", "plant_cost_per_hour": Decimal(amount)})["name"]
	assert records.get("HD Ticket", name)["plant_cost_per_hour"] == Decimal(amount)


def test_money_prints_with_its_cents(records: SqliteRecords, plant: SmallPlant):
	stop = records.get("Line Stop", plant.stop("x", cost_per_hour=Decimal(3800)))
	assert str(stop["cost_per_hour"]) == "3800.00"


def test_money_is_ordered_as_a_number(records: SqliteRecords, plant: SmallPlant):
	for amount in ("900.00", "3800.00", "11400.00"):
		plant.stop(amount, cost=Decimal(amount))
	found = records.find("Line Stop", {"cost": (">", Decimal("1000"))}, order_by="cost", descending=True)
	assert [row["cost"] for row in found] == [Decimal("11400.00"), Decimal("3800.00")]


@pytest.mark.parametrize(
	("fieldname", "value", "reason"),
	[
		("cost", Decimal("0.0000001"), "at most 6 decimals"),
		("cost", Decimal(10**12), "an amount below"),
		("cost", "1.000,00", "no number"),
		("units_per_shift", 2**31, "at most 2147483647"),
		("units_per_shift", 1.5, "whole number"),
		("units_per_shift", "240", "whole number"),
		("duration_seconds", float("inf"), "finite number"),
		("onset", datetime(2026, 3, 2), "with its time zone"),
		("title", "\ud800", "surrogates"),
	],
)
def test_a_value_that_cannot_be_kept_is_refused_with_the_reason(
	plant: SmallPlant, fieldname: str, value: object, reason: str
):
	with pytest.raises(InvalidRecordError, match=f"{fieldname}: .*{reason}"):
		plant.stop("x", **{fieldname: value})


def test_json_that_is_none_is_refused(records: SqliteRecords, plant: SmallPlant):
	values = {"state_key": "k", "address": "a", "signal_rule": plant.rule("R", plant.ci("AR"))}
	with pytest.raises(InvalidRecordError, match="pending_signal"):
		records.insert("Signal State", {**values, "pending_signal": "{"})
	state = records.insert("Signal State", {**values, "pending_signal": {"value": 1.5}})
	assert state["pending_signal"] == '{"value": 1.5}'


def test_a_broken_link_says_what_to_do(records: SqliteRecords, plant: SmallPlant):
	plant.ci("AR")
	with pytest.raises(InvalidRecordError) as caught:
		plant.rule("R1", "X")
	assert str(caught.value) == "Signal Rule T R1: ci 'X' is no OT CI. Choose one that exists."


def test_the_field_that_names_a_record_cannot_change(records: SqliteRecords, plant: SmallPlant):
	with pytest.raises(InvalidRecordError, match="ci_name is its name"):
		records.update("OT CI", plant.ci("AR"), {"ci_name": "other"})


def test_a_table_of_rows_and_a_single_are_changed_through_their_record(records: SqliteRecords):
	for doctype in ("Network Segment Member", "Plant ITSM Settings"):
		with pytest.raises(InvalidRecordError, match="update its record"):
			records.insert(doctype, {})


def test_rows_of_a_log_must_fit_its_fields(records: SqliteRecords, plant: SmallPlant):
	for wrong in ({"colour": "blue"}, {"received_time": datetime(2026, 3, 2)}):
		with pytest.raises(InvalidRecordError, match=next(iter(wrong))):
			records.insert_many("Signal Dead Letter", [plant.dead_letter(), plant.dead_letter(**wrong)])
	assert records.count("Signal Dead Letter") == 0


def test_a_link_with_a_quote_is_only_text(records: SqliteRecords, plant: SmallPlant):
	name = plant.ci('Robot\'; DROP TABLE "OT CI"; --')
	assert records.get("OT CI", name)["name"] == name
	assert records.find("OT CI", {"name": ("like", "%DROP%")})[0]["name"] == name
