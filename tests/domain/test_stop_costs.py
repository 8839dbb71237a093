"""The price of line stops: parts sum to the whole, a cut changes nothing, no moment of a line is paid twice."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.calendars import Break, Shift, ShiftCalendar
from plant_itsm.domain.cost_models import (
	CostModel,
	HourlyPart,
	HourlyRates,
	OncePart,
	PenaltyStep,
	RateVariant,
)
from plant_itsm.domain.cost_results import stop_cost
from plant_itsm.domain.money import Money, total
from plant_itsm.domain.stop_costs import Downtime, PricedLine, price_line
from plant_itsm.domain.time_spans import Span, merged, minus, seconds_of

BERLIN = ZoneInfo("Europe/Berlin")
ONSET = datetime(2026, 6, 1, 8, 0, tzinfo=timezone.utc)
SIMPLE = CostModel("M", "L3", date(2026, 1, 1), None, "EUR", HourlyRates(Decimal(3800)))
RICH = replace(
	SIMPLE,
	rates=HourlyRates(
		Decimal("17.33"), Decimal("15.833333"), Decimal("47.7"), Decimal("911.11"), Decimal("7.07")
	),
	restart_cost=Decimal("250.55"),
	scrap_cost=Decimal("61.40"),
	expediting_cost=Decimal("0.01"),
	penalties=(PenaltyStep(Decimal(30), Decimal(5000)), PenaltyStep(Decimal("90.5"), Decimal("0.01"))),
	is_bottleneck=False,
	buffer_seconds=Decimal(1200),
)
SHIFTS = (
	Shift("Early", time(6), time(14)),
	Shift("Late", time(14), time(22)),
	Shift("Night", time(22), time(4)),
)
CALENDARS = (
	ShiftCalendar(BERLIN),
	ShiftCalendar(BERLIN, SHIFTS, (Break(time(9), time(9, 30)),)),
	ShiftCalendar(BERLIN, SHIFTS[:1], (), {date(2026, 6, 2): ()}),
)
CLOCK_CHANGES = (ONSET.replace(month=3, day=28), ONSET.replace(month=10, day=24))
"""In the night that follows the clock goes forward, or back, in the middle of the shift Night."""
BEGINS = st.shared(st.sampled_from((ONSET, *CLOCK_CHANGES)), key="begin")
"""Of the two days in which the line and all moments of one example lie."""


def models_from(begin):
	"""Prices of two days; the last are a version for each."""
	variants = (
		RateVariant(None, "Night", HourlyRates(Decimal("99.99"))),
		RateVariant("Van", "Early", HourlyRates(Decimal(1), Decimal("3.3333"), Decimal(7))),
	)
	first = replace(RICH, name="M1", valid_to=begin.date())
	second = replace(SIMPLE, name="M2", valid_from=begin.date() + timedelta(days=1), variants=variants)
	return (SIMPLE,), (RICH,), (first, second)


LINES = st.builds(
	lambda begin, calendar, number, change: PricedLine(
		"L3",
		calendar,
		models_from(begin)[number],
		((begin + timedelta(seconds=change), "Van"),) if change else (),
	),
	BEGINS,
	st.sampled_from(CALENDARS),
	st.integers(0, 2),
	st.one_of(st.none(), st.integers(0, 150_000)),
)
MOMENTS = st.builds(
	lambda begin, microseconds: begin + timedelta(microseconds=microseconds),
	BEGINS,
	st.integers(0, 172_800_000_000),
)


def after(**span):
	return ONSET + timedelta(**span)


def down(name, start, end, **more):
	return Downtime(name, start, (Span(start, end),), **more)


def price(line, *downtimes):
	return price_line(line, downtimes)


def line_with(*models, calendar=CALENDARS[0], products=()):
	return PricedLine("L3", calendar, models, products)


def cents(costs):
	return sum(cost.cost.amount for cost in costs.values())


@st.composite
def downtimes(draw):
	found = []
	for number in range(draw(st.integers(1, 6))):
		start, *moments = sorted(draw(st.lists(MOMENTS, min_size=2, max_size=6, unique=True)))
		ends = [start, *moments][: 2 * (len(moments) + 1) // 2 * 2]
		spans = tuple(Span(one, two) for one, two in zip(ends[::2], ends[1::2], strict=False))
		kind = draw(st.sampled_from(("unplanned", "unplanned", "unplanned", "planned", "starved")))
		found.append(
			Downtime(
				f"LS-{number}",
				start,
				spans,
				priced=kind == "unplanned",
				planned=kind == "planned",
				buffer_seconds=Decimal(draw(st.sampled_from((0, 0, 600)))),
			)
		)
	return found


# ------------------------------------------------------------- what a stop costs


def test_a_rate_costs_its_share_of_an_hour_and_says_how():
	(cost,) = price(line_with(SIMPLE), down("LS", ONSET, after(minutes=15))).values()
	assert (cost.cost, cost.planned_seconds) == (Money(Decimal("950.00"), "EUR"), 900)
	assert [part.formula for part in cost.parts] == ["3,800.00 EUR per hour × 900 s ÷ 3600 s"]
	assert cost.explanation == (
		"L3: cost per hour 950.00 EUR = 950.00 EUR for 900 s of planned production (M)"
	)


def test_every_part_counts_as_its_kind_does():
	model = replace(
		SIMPLE,
		rates=HourlyRates(ZERO, Decimal("15.50"), Decimal(40), Decimal(900), Decimal(80)),
		restart_cost=Decimal(250),
		scrap_cost=Decimal(120),
		expediting_cost=Decimal(60),
		penalties=(PenaltyStep(Decimal(60), Decimal(1000)), PenaltyStep(Decimal(120), Decimal(9000))),
	)
	(cost,) = price(line_with(model), down("LS", ONSET, after(minutes=90))).values()
	assert {part.part: (part.amount.amount, part.quantity) for part in cost.parts} == {
		"contribution margin": (930, 60),
		"standing labour": (1350, Decimal("1.5")),
		"energy and other": (120, Decimal("1.5")),
		"restart": (250, 1),
		"scrap": (120, 1),
		"expediting": (60, 1),
		"penalty after 60 min": (1000, 1),
	}
	assert cost.cost == Money(Decimal("3830.00"), "EUR")
	assert cost.parts[0].formula == "15.50 EUR × 60 units in 5400 s"


ZERO = Decimal(0)


def test_a_penalty_is_due_in_the_moment_in_which_its_minutes_are_lost():
	model = replace(SIMPLE, rates=HourlyRates(), penalties=(PenaltyStep(Decimal(30), Decimal(500)),))
	for seconds, amount in ((1799, 0), (1800, 500), (1801, 500)):
		(cost,) = price(line_with(model), down("LS", ONSET, after(seconds=seconds))).values()
		assert cost.cost.amount == amount, seconds


def test_units_of_a_line_that_is_no_bottleneck_are_lost_when_the_buffer_is_empty():
	rates = HourlyRates(ZERO, Decimal(10), Decimal(60), Decimal(360))
	model = replace(SIMPLE, rates=rates, is_bottleneck=False, buffer_seconds=Decimal(1200))
	(cost,) = price(line_with(model), down("LS", ONSET, after(minutes=30))).values()
	assert {part.part: part.amount.amount for part in cost.parts} == {
		"contribution margin": 100,
		"standing labour": 180,
	}


def test_a_line_behind_a_buffer_costs_nothing_until_planned_production_has_emptied_it():
	line, buffered = line_with(SIMPLE), {"buffer_seconds": Decimal(1200)}
	(short,) = price(line, down("LS", ONSET, after(minutes=15), **buffered)).values()
	assert (short.cost, short.planned_seconds) == (Money(ZERO, "EUR"), 0)
	(longer,) = price(line, down("LS", ONSET, after(minutes=50), **buffered)).values()
	assert (longer.cost.amount, longer.planned_seconds) == (1900, 1800)
	assert "1800 s of planned production after 1200 s from the buffers" in longer.explanation


def test_no_planned_production_no_cost():
	early = line_with(SIMPLE, calendar=CALENDARS[2])  # until 12:00 UTC
	(day,) = price(early, down("LS", ONSET, after(hours=8))).values()
	assert (day.planned_seconds, day.cost.amount) == (14400, 15200)
	(night,) = price(early, down("LS", after(hours=6), after(hours=8))).values()
	assert night.cost == Money(Decimal("0.00"), "EUR")


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clock_changes_costs_the_hours_that_it_has(day, hours):
	start, end = (datetime.combine(one, time(0), BERLIN) for one in (day, day + timedelta(days=1)))
	(cost,) = price(line_with(SIMPLE), down("LS", start, end)).values()
	assert cost.cost.amount == 3800 * hours


def test_times_in_which_the_line_ran_cost_nothing_and_do_not_make_a_second_restart():
	model = replace(SIMPLE, restart_cost=Decimal(100))
	spans = (Span(ONSET, after(minutes=10)), Span(after(minutes=40), after(minutes=60)))
	(cost,) = price(line_with(model), Downtime("LS", ONSET, spans)).values()
	assert cost.cost.amount == 1900 + 100


def test_a_long_stop_is_priced_by_the_version_shift_and_product_of_each_moment():
	first = replace(SIMPLE, name="M1", valid_to=date(2026, 6, 1), rates=HourlyRates(Decimal(1000)))
	night = RateVariant(None, "Night", HourlyRates(Decimal(100)))
	van = RateVariant("Van", None, HourlyRates(Decimal(10)))
	second = replace(SIMPLE, name="M2", valid_from=date(2026, 6, 2), variants=(night, van))
	line = line_with(first, second, calendar=CALENDARS[1], products=((after(hours=23), "Van"),))
	# from 20:00 in Berlin: Late until 22, Night until 4 with midnight in between, a pause until 6, Early
	start = after(hours=10)
	(cost,) = price(line, down("LS", start, after(hours=24), product="SUV")).values()
	assert {(part.cost_model, part.rate): part.quantity for part in cost.parts} == {
		("M1", Decimal(1000)): 4,
		("M2", Decimal(100)): 4,
		("M2", Decimal(3800)): 3,
		("M2", Decimal(10)): Decimal("0.5"),  # a break before it
	}
	assert cost.cost.amount == 4000 + 400 + 11400 + 5


def test_days_without_a_version_are_named_and_the_others_priced():
	ends = replace(SIMPLE, valid_to=date(2026, 6, 1))
	(cost,) = price(
		line_with(ends), down("LS", after(hours=13), after(hours=15))
	).values()  # from 23:00 in Berlin
	assert cost.cost.amount == 3800
	assert cost.not_priced == ("L3: not priced: no cost model valid on 2026-06-02",)


def test_without_any_version_there_is_no_cost_and_the_reason_stands():
	(cost,) = price(line_with(), down("LS", ONSET, after(hours=1))).values()
	assert (cost.cost, cost.planned_seconds) == (None, 3600)
	stop = stop_cost([cost])
	assert (stop.cost, stop.explanation) == (None, "L3: not priced: no cost model valid on 2026-06-01")


def test_versions_in_two_currencies_give_no_sum_but_the_reason():
	dollars = replace(SIMPLE, name="M2", valid_from=date(2026, 6, 2), currency="USD")
	line = line_with(replace(SIMPLE, valid_to=date(2026, 6, 1)), dollars)
	(cost,) = price(line, down("LS", after(hours=13), after(hours=15))).values()
	assert cost.cost is None
	assert "in EUR and USD. Enter them in one currency" in cost.not_priced[0]


def test_lines_in_two_currencies_give_no_sum_of_the_stop():
	(euro,) = price(line_with(SIMPLE), down("LS", ONSET, after(hours=1))).values()
	(dollar,) = price(line_with(replace(SIMPLE, currency="USD")), down("LS", ONSET, after(hours=1))).values()
	stop = stop_cost([euro, dollar])
	assert stop.cost is None
	assert "different currencies" in stop.explanation


def test_parts_of_a_component_count_like_our_own():
	hourly, once = HourlyPart("peak power", Decimal(2), "kW", Decimal(50)), OncePart("cleaning", Decimal(7))
	model = replace(SIMPLE, further_hourly=(hourly,), further_once=(once,))
	(cost,) = price(line_with(model), down("LS", ONSET, after(minutes=30))).values()
	assert [(part.part, part.amount.amount, part.quantity) for part in cost.parts][1:] == [
		("peak power", 50, 25),
		("cleaning", 7, 1),
	]


# ------------------------------------------------------------- whose a moment is


def test_a_moment_belongs_to_the_earliest_onset_and_the_later_stop_says_where_it_is():
	first, second = down("LS-1", ONSET, after(minutes=30)), down("LS-2", after(minutes=15), after(minutes=45))
	costs = price(line_with(SIMPLE), second, first)
	assert [(name, costs[name].cost.amount) for name in sorted(costs)] == [("LS-1", 1900), ("LS-2", 950)]
	assert costs["LS-2"].elsewhere == {"LS-1": 900}
	assert "900 s more belong to LS-1" in costs["LS-2"].explanation


def test_a_planned_stop_takes_its_time_from_a_failure():
	failure = down("LS-1", ONSET, after(hours=3))
	planned = down("LS-2", after(hours=1), after(hours=2), priced=False, planned=True)
	costs = price(line_with(SIMPLE), failure, planned)
	assert (costs["LS-1"].cost.amount, costs["LS-2"].cost) == (7600, None)


def test_stops_that_overlap_restart_the_line_once_and_count_their_minutes_together():
	model = replace(
		SIMPLE,
		rates=HourlyRates(),
		restart_cost=Decimal(100),
		penalties=(PenaltyStep(Decimal(60), Decimal(5000)),),
	)
	overlapping = down("LS-1", ONSET, after(minutes=40)), down("LS-2", after(minutes=30), after(minutes=70))
	costs = price(line_with(model), *overlapping)
	assert (costs["LS-1"].cost.amount, costs["LS-2"].cost.amount) == (100, 5000)
	apart = down("LS-1", ONSET, after(minutes=40)), down("LS-2", after(minutes=41), after(minutes=81))
	assert [cost.cost.amount for cost in price(line_with(model), *apart).values()] == [100, 100]


# ------------------------------------------------------------- laws


@settings(deadline=None)
@given(LINES, downtimes())
def test_the_parts_sum_to_the_cost_to_the_cent(line, found):
	for cost in price(line, *found).values():
		if cost.cost is not None:
			assert sum((part.amount.amount for part in cost.parts), ZERO) == cost.cost.amount
			assert cost.cost == cost.cost.rounded()


@settings(deadline=None)
@given(LINES, MOMENTS, MOMENTS, MOMENTS, st.sampled_from((0, 900)))
def test_a_stop_in_two_halves_costs_the_whole(line, one, two, three, buffer):
	start, cut, end = sorted((one, two, three))
	whole = (
		cents(price(line, down("LS", start, end, buffer_seconds=Decimal(buffer)))) if start < end else ZERO
	)
	used = line.calendar.planned_seconds(start, cut)
	halves = [
		down("LS-1", start, cut, buffer_seconds=Decimal(buffer)),
		down("LS-2", cut, end, buffer_seconds=max(ZERO, buffer - used)),
	]
	assert cents(price(line, *(half for half in halves if half.spans[0].start < half.spans[0].end))) == whole


@settings(deadline=None)
@given(LINES, downtimes(), st.randoms())
def test_what_incidents_lost_adds_up_to_the_merged_downtime(line, found, random):
	costs = price(line, *found)
	lost = merged(span for one in found for span in lost_of(line, one))
	assert sum(cost.planned_seconds for cost in costs.values()) == seconds_of(lost)
	random.shuffle(found)
	assert price(line, *found) == costs


@settings(deadline=None)
@given(LINES, st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=6))
def test_what_incidents_cost_adds_up_to_one_incident_over_the_merged_time(line, pairs):
	spans = [Span(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
	found = [down(f"LS-{number}", *span) for number, span in enumerate(spans)]
	alone = [down(f"LS-{number}", *span) for number, span in enumerate(merged(spans))]
	assert cents(price(line, *found)) == cents(price(line, *alone))


@settings(deadline=None)
@given(downtimes())
def test_with_one_rate_the_incidents_cost_that_rate_times_the_merged_time(found):
	calendar = CALENDARS[1]
	costs = price(line_with(SIMPLE, calendar=calendar), *found)
	planned = merged(span for one in found if one.planned for span in lost_of_calendar(calendar, one))
	unplanned = merged(span for one in found if one.priced for span in lost_of_calendar(calendar, one))
	if not any(not one.priced and not one.planned for one in found):
		exact = seconds_of(minus(unplanned, planned)) * 3800 / 3600
		paid = total(cost.cost for cost in costs.values() if cost.cost is not None)
		episodes = len(found)
		assert abs((paid.amount if paid else ZERO) - exact) <= Decimal("0.01") * episodes


def lost_of(line, one):
	return lost_of_calendar(line.calendar, one)


def lost_of_calendar(calendar, one):
	"""Counted apart from the code: planned time of the spans, the buffer's seconds cut off their front."""
	left = timedelta(seconds=float(one.buffer_seconds))
	for span in one.spans:
		for start, end in calendar.planned(*span):
			used = min(left, end - start)
			left -= used
			if start + used < end:
				yield Span(start + used, end)
