"""How much of its time an asset works."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.asset_utilisation import AssetUse

SECONDS = st.integers(0, 86_400).map(Decimal)


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_ratios_lie_between_nothing_and_all_of_the_time(calendar, busy, worked, stopped):
	busy = min(busy, calendar)
	use = AssetUse(calendar, busy, min(worked, busy), stopped)
	for ratio in (use.utilisation, use.use_of_planned_time, use.availability):
		assert ratio is None or 0 <= ratio <= 1
	if busy:
		assert use.utilisation <= use.use_of_planned_time


def test_without_time_there_is_no_ratio():
	use = AssetUse(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
	assert (use.utilisation, use.use_of_planned_time, use.availability) == (None, None, None)


def test_of_a_shift_with_a_stop_of_its_own():
	use = AssetUse(Decimal(86_400), Decimal(28_800), Decimal(21_600), Decimal(7_200))
	assert (use.utilisation, use.use_of_planned_time, use.availability) == (
		Decimal("0.25"),
		Decimal("0.75"),
		Decimal("0.75"),
	)
