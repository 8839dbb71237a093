"""The plant assessment: questionnaire, scores, difference to the baseline, asset map and cost of line stops."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.assessments import HIGHEST, Answer, PracticeScore, overall, scores_of
from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.services.assessments import DOCTYPE

DAY, LATER = date(2026, 6, 1), date(2026, 12, 1)
levels = st.none() | st.integers(0, HIGHEST)
answers = st.lists(st.builds(Answer, st.sampled_from("ABC"), levels))


@given(answers)
def test_a_score_lies_between_its_answers(given_answers):
	for score in scores_of(given_answers):
		own = [one.maturity for one in given_answers if one.practice == score.practice]
		said = [level for level in own if level is not None]
		assert (score.asked, score.answered) == (len(own), len(said))
		assert score.score is None if not said else min(said) <= score.score <= max(said)


@given(answers, st.dictionaries(st.sampled_from("ABC"), st.integers(0, 5)))
def test_the_whole_lies_between_the_practices_that_count(given_answers, weights):
	scores = scores_of(given_answers)
	counted = [one.score for one in scores if one.score is not None and weights.get(one.practice, 1)]
	whole = overall(scores, weights)
	assert whole is None if not counted else min(counted) <= whole <= max(counted)


def test_practices_count_by_their_weight():
	scores = [PracticeScore("A", 1, 1, Decimal(4)), PracticeScore("B", 1, 1, Decimal(1))]
	assert overall(scores, {"A": 2, "B": 1}) == Decimal("3.00")
	assert overall(scores, {"A": 2, "B": 0}) == Decimal("4.00")


def assess(plant, day=DAY, **more):
	return plant.records.insert(DOCTYPE, {"plant_site": "Demo Plant", "assessed_on": day, **more})


def answered(plant, name, level):
	rows = plant.records.get(DOCTYPE, name)["answers"]
	given_rows = [
		{field: row[field] for field in ("practice", "question")} | {"maturity": str(level)} for row in rows
	]
	return plant.records.update(DOCTYPE, name, {"answers": given_rows})


@pytest.fixture
def site(plant):
	(row,) = plant.records.find("Plant Site")
	return row["name"]


def test_a_new_assessment_asks_all_questions_of_all_practices(plant, site):
	record = assess(plant, plant_site=site)
	practices = plant.records.find("Assessment Practice", order_by="position")
	assert len(practices) == 7
	assert [row["practice"] for row in record["scores"]] == [row["name"] for row in practices]
	assert record["asked"] == len(record["answers"]) >= 25
	assert (record["answered"], record["overall_score"]) == (0, 0.0)


def test_a_practice_that_is_not_asked_about_is_left_out(plant, site):
	plant.records.update("Assessment Practice", "OT security", {"enabled": False})
	assert "OT security" not in {row["practice"] for row in assess(plant, plant_site=site)["answers"]}


def test_a_reassessment_shows_the_difference_to_its_baseline(plant, site):
	first = assess(plant, plant_site=site)["name"]
	assert answered(plant, first, 2)["overall_score"] == 2.0
	second = assess(plant, LATER, plant_site=site, kind="Re-assessment", baseline=first)["name"]
	record = answered(plant, second, 3)
	assert (record["overall_score"], record["baseline_score"], record["difference"]) == (3.0, 2.0, 1.0)
	assert {(row["baseline_score"], row["difference"]) for row in record["scores"]} == {(2.0, 1.0)}


@pytest.mark.parametrize("day", [DAY, date(2025, 1, 1)])
def test_a_baseline_is_an_earlier_assessment_of_the_same_site(plant, site, day):
	first = assess(plant, plant_site=site)["name"]
	with pytest.raises(InvalidRecordError, match="needs the baseline"):
		assess(plant, LATER, plant_site=site, kind="Re-assessment")
	values = {"site_name": "Elsewhere", "time_zone": "Europe/Paris", "currency": "EUR"}
	plant.records.insert("Plant Site", values)
	with pytest.raises(InvalidRecordError, match="earlier assessment of the same site"):
		assess(plant, LATER, plant_site="Elsewhere", kind="Re-assessment", baseline=first)
	if day < DAY:
		with pytest.raises(InvalidRecordError, match="earlier assessment of the same site"):
			assess(plant, day, plant_site=site, kind="Re-assessment", baseline=first)


def test_the_map_counts_what_the_site_has_and_what_of_it_needs_it(plant, site):
	by_class = {row["ci_class"]: row for row in assess(plant, plant_site=site)["assets"]}
	items = plant.records.find("OT CI", {"plant_site": site})
	assert sum(row["in_use"] + row["retired"] for row in by_class.values()) == len(items)
	assert by_class["Network Switch"]["ci_type"] == "IT CI"
	assert by_class["PLC"]["depending_on_it"] == by_class["PLC"]["in_use"] > 0  # all are in the switch's VLAN
	assert by_class["Network Switch"]["depending_on_it"] == 0


def test_retired_and_old_assets_are_counted_apart(plant, site):
	plant.records.update("OT CI", "AR-042-HMI", {"status": "Retired"})
	plant.records.update("OT CI", "AR-042-PLC", {"end_of_life_on": date(2026, 5, 31)})
	by_class = {row["ci_class"]: row for row in assess(plant, plant_site=site)["assets"]}
	assert by_class["HMI"]["retired"] == 1
	assert by_class["PLC"]["past_end_of_life"] == 1


def test_lines_have_their_cost_of_the_day(plant, site):
	costs = {row["production_line"]: row for row in assess(plant, plant_site=site)["line_costs"]}
	line = costs["Assembly Line 3"]
	assert (line["cost_per_hour"], line["currency"], line["units_per_shift"]) == (Decimal(3800), "EUR", 240)
	early = assess(plant, date(2001, 1, 1), plant_site=site)["line_costs"]
	assert {(row["cost_per_hour"], row["cost_model"]) for row in early} == {(Decimal(0), None)}


def test_a_completed_assessment_keeps_what_it_found(plant, site):
	name = assess(plant, plant_site=site)["name"]
	with pytest.raises(InvalidRecordError, match="no question is answered"):
		plant.records.update(DOCTYPE, name, {"status": "Completed"})
	answered(plant, name, 3)
	before = plant.records.update(DOCTYPE, name, {"status": "Completed"})["assets"]
	plant.records.update("OT CI", "AR-042-HMI", {"status": "Retired"})
	after = plant.records.update(DOCTYPE, name, {"summary": "Done"})["assets"]
	kept = ("ci_class", "in_use", "retired")
	assert [[row[key] for key in kept] for row in after] == [[row[key] for key in kept] for row in before]
