"""A line's cost against its output: benchmark, gap by category, where the difference comes from, sensitivity."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.line_cost_review import Assumptions, LineFigures, Verdict, review
from plant_itsm.domain.line_cost_words import answer, explanation


def line(name, units, it, ot, licences):
	amounts = {"IT infrastructure": it, "OT maintenance contracts": ot, "Software licences": licences}
	return LineFigures(name, units, {name: Decimal(amount) for name, amount in amounts.items()})


A = line("Line A", 241_489, 45_000, 120_000, 62_000)
B = line("Line B", 234_568, 38_000, 98_000, 54_000)
C = line("Line C", 239_286, 52_000, 145_000, 71_000)


def test_line_c_of_the_seed_is_not_justified_and_its_output_does_not_explain_it():
	found = review(C, [A, B], Assumptions())
	assert (round(found.own.per_unit, 2), round(found.benchmark, 4)) == (Decimal("1.12"), Decimal("0.8759"))
	assert found.difference_percent == Decimal("27.9")
	assert found.verdict == Verdict.NOT_JUSTIFIED
	assert found.gap == Decimal("58398.51")
	assert found.level_units == 305_956
	assert found.from_output < 0 < found.from_spend
	largest = max(found.gaps, key=lambda one: one.gap)
	assert largest.category == "OT maintenance contracts"


def test_line_b_is_justified():
	assert review(B, [A, C], Assumptions()).verdict == Verdict.JUSTIFIED


def test_a_unit_of_a_line_that_only_makes_less_is_dearer_by_its_output_alone():
	small = line("Small", 120_000, 45_000, 120_000, 62_000)
	usual = line("Usual", 240_000, 45_000, 120_000, 62_000)
	found = review(small, [usual], Assumptions())
	assert (round(found.from_output, 6), round(found.from_spend, 6)) == (
		round(Decimal("227000") / 240_000, 6),
		0,
	)
	assert found.level_units == 240_000
	assert round(found.cases[2].cost_same, 4) == round(found.own.per_unit, 4)


def test_cost_that_grows_with_the_output_is_not_spread_over_more_units():
	found = review(C, [A, B], Assumptions(variable_percent=Decimal(100)))
	assert found.level_units is None
	assert len({one.cost_same for one in found.cases}) == 1
	assert "no output alone would make it level" in answer(found, "EUR")


def test_the_tolerance_decides_what_is_level():
	assert review(C, [A, B], Assumptions(tolerance_percent=Decimal(30))).verdict == Verdict.JUSTIFIED


def test_without_output_or_without_others_nothing_is_told():
	idle = LineFigures("Idle", 0, {"IT infrastructure": Decimal(10)})
	assert review(idle, [A], Assumptions()).verdict == Verdict.UNKNOWN
	assert "no cost per unit" in answer(review(idle, [A], Assumptions()), "EUR")
	alone = review(C, [idle], Assumptions())
	assert (alone.verdict, alone.benchmark, alone.cases) == (Verdict.UNKNOWN, None, ())
	assert explanation(alone, "EUR").startswith("No other line has output")


@pytest.mark.parametrize(
	"bad",
	[{"variable_percent": 101}, {"variable_percent": -1}, {"tolerance_percent": -1}, {"step_percent": 0}],
)
def test_assumptions_that_cannot_be_are_refused(bad):
	with pytest.raises(InvalidRecordError):
		review(C, [A, B], Assumptions(**{name: Decimal(value) for name, value in bad.items()}))


def test_the_answer_in_sentences():
	assert answer(review(C, [A, B], Assumptions()), "EUR") == (
		"Line C cost 268,000.00 EUR for 239,286 good units: 1.12 EUR a unit, 27.9 % more than the other lines"
		" together (0.88 EUR). Level with them it would have cost 58,398.51 EUR less, or made 305,956 units for the"
		" same fixed cost (27.9 % more). Of the difference, -0.01 EUR a unit come from its output and +0.25 EUR from"
		" what is spent, most of it for OT maintenance contracts (35,424.16 EUR above the others)."
	)


amounts = st.decimals(0, 1_000_000, places=2)
figures = st.builds(
	LineFigures, st.just("X"), st.integers(1, 10**6), st.dictionaries(st.sampled_from("ABC"), amounts)
)


@given(figures, st.lists(figures, min_size=1, max_size=4), st.integers(0, 100))
def test_the_parts_sum_to_the_difference_and_the_gaps_to_the_gap(own, others, variable):
	found = review(own, others, Assumptions(variable_percent=Decimal(variable)))
	if found.benchmark is None:
		return
	difference = own.per_unit - found.benchmark
	assert abs(found.from_output + found.from_spend - difference) < Decimal("1e-12")
	assert abs(found.gap - difference * own.good_units) <= Decimal("0.02")
	if found.level_units:
		fixed = own.amount * (100 - variable) / 100
		each = own.amount * variable / 100 / own.good_units
		assert fixed / found.level_units + each <= found.benchmark + Decimal("1e-12")
