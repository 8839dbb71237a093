"""Figures of ended changes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.change_figures import EndedChange, compliance, quantile, success_rate
from plant_itsm.domain.change_words import ChangeOutcome

GOOD = EndedChange("T", ChangeOutcome.SUCCESSFUL)
HARMFUL = EndedChange("T", ChangeOutcome.SUCCESSFUL, stops=1)
UNKNOWN = EndedChange("T", None)


@pytest.mark.parametrize(
	("changes", "rate"),
	[([], None), ([UNKNOWN], None), ([GOOD, UNKNOWN], 1), ([GOOD, HARMFUL], Decimal("0.5"))],
)
def test_a_change_that_has_stopped_a_line_is_no_success(changes, rate):
	assert success_rate(changes) == rate


@pytest.mark.parametrize(
	("window", "overrun", "expected"),
	[("W", 0, "Within its window"), ("W", 1, "Overrun"), (None, 0, "No window"), ("", 5, "No window")],
)
def test_compliance(window, overrun, expected):
	assert compliance(window, overrun) == expected


@given(st.lists(st.timedeltas(), min_size=1), st.integers(1, 100))
def test_a_share_of_the_values_does_not_exceed_their_quantile_and_no_smaller_value_does(values, percent):
	ordered = sorted(values)
	found = quantile(ordered, Decimal(percent) / 100)
	assert sum(one <= found for one in ordered) * 100 >= percent * len(ordered)
	assert sum(one < found for one in ordered) * 100 < percent * len(ordered)
