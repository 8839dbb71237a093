"""The questions of the seed about ageing assets, answered from the history of a demo plant."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.time_spans import Span
from plant_itsm.services.asset_evidence import AssetEvidence
from plant_itsm.services.end_of_life import end_of_life_register, share_past
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.mtbf_trends import mtbf_trends
from plant_itsm.services.plant_history import load_history
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.services.prediction_outcomes import model_qualities
from plant_itsm.services.refresh_assessments import sheets_of_lines
from plant_itsm.services.spare_gaps import without_tested_spare
from plant_itsm.services.spares import reorder_of, supply_of

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=timezone.utc)
LINE = "Production Line A"


@pytest.fixture
def ageing(plant):
	plant.clock.moment = NOW
	load_plant(plant.records, plant_folder("ageing"))
	plant.history = load_history(plant.records, plant_folder("ageing"))
	return plant


def evidence(plant):
	return AssetEvidence(plant.records, ImpactModel(plant.records), NOW)


def test_the_history_is_added_once(ageing):
	assert (ageing.history.added, ageing.history.known) == (89, 0)
	again = load_history(ageing.records, plant_folder("ageing"))
	assert (again.added, again.known, again.costs.posted) == (0, 89, 0)


def test_what_is_no_history_is_refused_with_its_line(ageing, tmp_path):
	(tmp_path / "history").mkdir()
	(tmp_path / "history" / "Plant Area.csv").write_text("area_name,plant_site\nYard,Ageing Plant\n")
	with pytest.raises(PlantFileError, match="Plant Area is no history: load it with the plant"):
		load_history(ageing.records, tmp_path)


def test_mtbf_has_improved_from_45_to_120_days_over_12_months(ageing):
	"""The seed's figures: 360 days of operation before and after preventive work began, 8 and 3 failures."""
	changed = datetime(2025, 11, 1, 7, tzinfo=timezone.utc)
	end = changed + timedelta(days=360, hours=12)  # three failures of four hours
	(trend,) = mtbf_trends(ageing.records, ["LA-R07"], Span(changed - timedelta(days=90), end))
	change = trend.before_after
	assert (change.changed_at, round(change.before.days, 2), round(change.after.days, 2)) == (
		changed,
		45.0,
		120.0,
	)
	assert change.explanation == (
		"preventive work since 2025-11-01: before 360.0 days ÷ 8 = 45.0 days; after 360.0 days ÷ 3 = 120.0 days"
	)
	first, last = trend.months[0][1], trend.months[-1][1]
	assert first.days < 50 < 110 < last.days


def test_each_model_is_judged_by_its_past_and_one_that_knows_nothing_is_told_so(ageing):
	found = {one.model: one for one in model_qualities(ageing.records)}
	bearing = found["bearing"].quality
	assert (bearing.judged, bearing.precision, bearing.recall, bearing.missed) == (26, 0.8, 0.8, 0)
	assert found["bearing"].text.startswith("better than the base rate: Brier score 0.0")
	assert found["vendor cloud"].text == (
		"not better than the base rate: Brier score 0.2500 against 0.1553 of always saying 19.2%, over 26 predictions"
	)


def test_should_ageing_assets_on_line_a_be_refreshed_or_maintained(ageing):
	ends_by = NOW.date() + timedelta(days=730)
	sheets = {s["ci"]: s for s in sheets_of_lines(ageing.records, evidence(ageing), [LINE], ends_by)}
	advice = {ci: sheet["advice"] for ci, sheet in sheets.items()}
	assert advice == {
		"LA-SW1": None,
		"LA-HMI1": "Refresh",
		"LA-PLC1": "Maintain",
		"LA-R01": "Refresh",
		"LA-CNC1": "Maintain",
	}
	robot = sheets["LA-R01"]
	assert (robot["maintenance_per_year"], robot["failures_per_year"]) == (Decimal("19666.67"), 4.33)
	assert (robot["hours_per_failure"], robot["cost_per_hour"]) == (5.0, Decimal("2600.00"))
	assert (
		"Both rise: growth from 14000.00 to 26000.00 EUR of maintenance in 3 years is 36.3 % a year"
		in robot["evidence"]
	)
	assert "purchase 82,000.00 EUR" in robot["explanation"]
	assert robot["keep_cost"] > robot["replace_cost"]
	assert "a tested spare is swapped in within 0.75 h" in sheets["LA-PLC1"]["evidence"]
	assert sheets["LA-SW1"]["explanation"] == (
		"not enough data: no Capital Asset in EUR says what LA-SW1 has cost. Enter the purchase cost"
	)


def test_a_sheet_is_kept_with_its_figures_and_a_person_may_enter_others(ageing):
	sheet = ageing.records.insert("Refresh Assessment", {"ci": "LA-PLC1", "from_records": True})
	assert (sheet["advice"], len(sheet["year_costs"]), sheet["production_line"]) == ("Maintain", 5, LINE)
	assert sheet["purchase_cost"] == Decimal("18000.00")
	other = {"from_records": False, "failures_per_year": 6.0, "hours_per_failure": 4.0}
	sheet = ageing.records.update("Refresh Assessment", sheet["name"], other)
	assert (sheet["advice"], sheet["evidence"]) == ("Refresh", "As entered")


def test_the_register_ranks_what_is_at_risk_within_a_year_and_says_what_is_not_known(ageing):
	register = end_of_life_register(ageing.records, evidence(ageing))
	rows = [row for row in register.rows if row.production_line == LINE]
	assert [row.ci for row in rows[:3]] == ["LA-R01", "LA-CNC1", "LA-R07"]
	by_ci = {row.ci: row for row in rows}
	assert by_ci["LA-R01"].risk.explanation == (
		"2,600.00 EUR per hour × 100.0% within a year × 5.00 h (mean of 13 past failures: 5.00 h) = 13,000.00 EUR"
	)
	assert by_ci["LA-SW1"].risk.money is None
	assert by_ci["LA-SW1"].risk.explanation.startswith("not enough data: none of 1 recorded lives")
	assert (by_ci["LA-PLC1"].ready_spares, by_ci["LA-PLC1"].days_past) == (1, 1150)
	assert share_past(rows) == Decimal(4) / 6


def test_single_points_of_failure_without_a_tested_spare_say_what_is_missing(ageing):
	model = ImpactModel(ageing.records)
	gaps = {one.ci: one.why for one in without_tested_spare(ageing.records, model, NOW)}
	assert "LA-PLC1" not in gaps
	assert gaps["LA-R01"] == "Wrist bearing shelf A2: no test that has been passed counts any more"
	assert gaps["LA-CNC1"] == "no unit stands ready"
	assert gaps["LA-SW1"] == "no spare part fits it"
	assert "SW-L3-043" in gaps  # it belongs to no line, and stops three


def test_parts_are_reordered_by_the_poisson_rule(ageing):
	part = ageing.records.get("Spare Part", "Robot wrist bearing")
	assert supply_of(ageing.records, part).days == 182.5
	found = reorder_of(ageing.records, part)
	assert found.explanation.startswith("2 units × 45 days ÷ 400 days = 0.225 expected in a lead time")
	assert (found.enough, found.quantity) == (1, 0)
	spindle = ageing.records.get("Spare Part", "Spindle bearing set")
	assert reorder_of(ageing.records, spindle).quantity == 1
