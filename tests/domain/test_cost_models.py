"""Cost models: dated versions without overlap or gap, in the currency of the site, made of parts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from plant_itsm.domain.cost_models import (
	CostModel,
	HourlyRates,
	PenaltyStep,
	RateVariant,
	check_cost_model,
	gap_beside,
	model_on,
)
from plant_itsm.domain.errors import InvalidRecordError, MoneyError
from plant_itsm.domain.money import Money, to_decimal, total

RATE = Money(Decimal("3800.00"), "EUR")


def model(name, valid_from, valid_to=None, rate=RATE):
	return CostModel(name, "L3", valid_from, valid_to, rate.currency, HourlyRates(rate.amount))


@pytest.mark.parametrize(
	("candidate", "text"),
	[
		(model("new", date(2026, 3, 2), date(2026, 3, 1)), "2026-03-01 lies before valid from 2026-03-02"),
		(model("new", date(2026, 6, 30)), "overlaps old"),
		(model("new", date(2020, 1, 1)), "overlaps old"),
		(model("new", date(2027, 1, 1), rate=Money(Decimal(1), "USD")), "USD differs from EUR"),
		(model("new", date(2027, 1, 1), rate=Money(Decimal(-1), "EUR")), "negative"),
	],
)
def test_a_model_that_cannot_be_is_refused_with_the_way_out(candidate, text):
	old = model("old", date(2026, 1, 1), date(2026, 6, 30))
	with pytest.raises(InvalidRecordError, match=text):
		check_cost_model(candidate, [old], "EUR")


def test_the_day_after_the_last_day_is_free_for_the_next_model():
	old = model("old", date(2026, 1, 1), date(2026, 6, 30))
	new = model("new", date(2026, 7, 1))
	check_cost_model(new, [old, new], "EUR")
	assert model_on([old, new], "L3", date(2026, 6, 30)) == old
	assert model_on([old, new], "L3", date(2026, 7, 1)) == new
	assert model_on([old, new], "L4", date(2026, 7, 1)) is None


@pytest.mark.parametrize(
	("changes", "text"),
	[
		(
			{"rates": HourlyRates(contribution_per_unit=Decimal(15))},
			"15 per unit and 0 units per hour belong together",
		),
		(
			{"rates": HourlyRates(labour_per_hour=Decimal(-1))},
			"standing labour per hour -1.00 EUR is negative",
		),
		({"variants": (RateVariant(None, None, HourlyRates()),)}, "names neither product nor shift"),
		({"variants": (RateVariant("SUV", "Night", HourlyRates()),) * 2}, "SUV on Night stand twice"),
		({"penalties": (PenaltyStep(Decimal(0), Decimal(5)),)}, "after 0 minutes is no step"),
		({"penalties": (PenaltyStep(Decimal(9), Decimal(5)),) * 2}, "same minutes"),
		({"buffer_seconds": Decimal(60)}, "a bottleneck has no buffer"),
	],
)
def test_amounts_that_contradict_each_other_are_refused(changes, text):
	with pytest.raises(InvalidRecordError, match=text):
		check_cost_model(replace(model("new", date(2026, 1, 1)), **changes), [], "EUR")


def test_a_new_version_leaves_no_day_without_a_price():
	old, later = model("old", date(2026, 1, 1), date(2026, 6, 30)), model("later", date(2026, 9, 1))
	with pytest.raises(
		InvalidRecordError, match=r"from 2026-07-01 to 2026-07-04.*day after the one before it ends"
	):
		check_cost_model(model("new", date(2026, 7, 5), date(2026, 8, 31)), [old, later], "EUR")
	with pytest.raises(InvalidRecordError, match="from 2026-08-31 to 2026-08-31"):
		check_cost_model(model("new", date(2026, 7, 1), date(2026, 8, 30)), [old, later], "EUR")
	check_cost_model(model("new", date(2026, 7, 1), date(2026, 8, 31)), [old, later], "EUR")


def test_the_border_between_two_versions_can_be_moved_although_that_leaves_a_gap_for_a_while():
	old, later = model("old", date(2026, 1, 1), date(2026, 6, 30)), model("later", date(2026, 7, 1))
	shorter = replace(old, valid_to=date(2026, 6, 15))
	check_cost_model(shorter, [old, later], "EUR")
	assert gap_beside(shorter, [old, later]) == "no version would be valid from 2026-06-16 to 2026-06-30"
	assert gap_beside(replace(later, valid_from=date(2026, 6, 16)), [shorter, later]) is None


def test_the_most_specific_rates_count_alone():
	day, night, suv, suv_at_night = (HourlyRates(Decimal(rate)) for rate in (100, 200, 300, 400))
	versions = replace(
		model("m", date(2026, 1, 1)),
		rates=day,
		variants=(
			RateVariant(None, "Night", night),
			RateVariant("SUV", None, suv),
			RateVariant("SUV", "Night", suv_at_night),
		),
	)
	found = {
		(product, shift): versions.cost_per_hour(product, shift).amount
		for product in ("SUV", "Van")
		for shift in ("Early", "Night")
	}
	assert found == {
		("SUV", "Early"): 300,
		("SUV", "Night"): 400,
		("Van", "Early"): 100,
		("Van", "Night"): 200,
	}


def test_an_hour_costs_the_sum_of_its_parts():
	rates = HourlyRates(Decimal(100), Decimal("15.50"), Decimal(40), Decimal(900), Decimal("80.25"))
	assert replace(model("m", date(2026, 1, 1)), rates=rates).cost_per_hour() == Money(
		Decimal("1700.25"), "EUR"
	)


@pytest.mark.parametrize("bad", ["", "12,5", "NaN", "Infinity", "abc", None])
def test_no_amount_comes_from_what_is_no_finite_number(bad):
	with pytest.raises(MoneyError):
		to_decimal(bad)


def test_a_total_of_nothing_is_none_and_currencies_do_not_mix():
	assert total([]) is None
	with pytest.raises(MoneyError, match="different currencies"):
		total([RATE, Money(Decimal(1), "USD")])
