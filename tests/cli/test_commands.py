import json

import pytest
from click.testing import CliRunner

from plant_itsm.cli import main

SEED = "fixtures/plants/seed"


def run(*arguments):
	return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(
	"where", [("--plant", SEED, "impact"), ("impact", "--plant", SEED), ("impact", "--plant", "seed")]
)
def test_impact_of_the_robot_as_json(where):
	result = run(*where, "AR-042", "--json")
	assert result.exit_code == 0, result.output
	impact = json.loads(result.stdout)
	assert [line["line"] for line in impact["lines"]] == ["Assembly Line 3"]
	assert impact["units_per_shift"] == 240
	assert impact["cost_per_hour"] == {"amount": "3800.00", "currency": "EUR"}


def test_impact_of_the_switch_reaches_three_lines():
	impact = json.loads(run("impact", "SW-L3-043", "--json").stdout)
	assert [line["line"] for line in impact["lines"]] == [
		"Assembly Line 3",
		"Assembly Line 4",
		"Assembly Line 5",
	]
	assert impact["units_per_shift"] == 720
	assert impact["cost_per_hour"]["amount"] == "11400.00"


def test_lines_that_several_cis_stop_count_once():
	impact = json.loads(run("impact", "SW-L3-043", "AR-042", "--json").stdout)
	assert impact["cost_per_hour"]["amount"] == "11400.00"


def test_impact_as_a_table_shows_lines_units_money_and_total():
	text = run("impact", "SW-L3-043").stdout
	for part in ("If SW-L3-043 fails", "Stopped", "240", "3,800.00 EUR", "Together", "720", "11,400.00 EUR"):
		assert part in text


def test_a_ci_that_its_group_covers_affects_no_line_and_that_is_said():
	text = run("impact", "WELD-01", "--plant", "redundant").stdout
	assert text.startswith("No production line stops or degrades when WELD-01 fails.")


def test_a_line_behind_buffers_stops_later_and_costs_nothing_until_then():
	text = run("impact", "WELD-01", "WELD-02", "--plant", "redundant").stdout
	assert "Stops after 20 min" in text
	assert "While the buffers last it costs 3,100.00 EUR per hour." in text
	assert "WELD-01 → Welding robots (1 of 3 up, 2 needed) → Welding Line → Paint Line" in text


def test_an_impact_can_be_asked_for_at_another_moment():
	impact = json.loads(run("impact", "AR-042", "--at", "2025-06-02T06:00:00+02:00", "--json").stdout)
	assert impact["cost_per_hour"] is None
	assert "2025-06-02" in impact["not_priced"][0]
	assert "zone" in run("impact", "AR-042", "--at", "2025-06-02T06:00").stderr


def test_single_points_of_failure_are_ranked_by_money():
	points = json.loads(run("spof", "--plant", "redundant", "--json").stdout)
	assert [(point["ci"], (point["cost_per_hour"] or {}).get("amount")) for point in points] == [
		("PRESS-01", "10000.00"),
		("PAINT-01", "4500.00"),
		("SCADA-BODY", None),
		("SW-RING-2", None),
	]
	assert points[3]["redundancy"] == ["Ring switches: 1 of 2 needed"]
	assert "SW-L3-043" in run("spof", "--top", "1").stdout


def test_an_unknown_ci_is_refused_in_one_line():
	result = run("impact", "AR-999")
	assert result.exit_code == 2
	assert result.stderr == "plant-itsm: OT CI 'AR-999' is not in the CMDB, or retired. Check the name.\n"
	assert result.stdout == ""


def test_a_plant_that_is_neither_shipped_nor_a_folder_is_refused():
	result = run("impact", "AR-042", "--plant", "nowhere")
	assert result.exit_code == 2
	assert "nowhere: neither a folder nor a shipped plant (ageing, redundant, seed)" in result.stderr


def test_status_without_a_site_names_the_way_to_one(tmp_path):
	result = run("status", "--site", str(tmp_path))
	assert result.exit_code == 2
	assert "no site of the embedded edition" in result.stderr


def test_status_of_a_site_that_never_ran_says_so(tmp_path):
	run("load-plant", "seed", "--site", str(tmp_path))
	result = run("status", "--site", str(tmp_path))
	assert result.exit_code == 2
	assert "this site never ran" in result.stderr


def test_a_moment_in_the_past_is_answered_by_the_graph_of_that_time(tmp_path):
	site = tmp_path / "site"
	assert run("load-plant", SEED, "--site", str(site)).exit_code == 0
	assert "Assembly Line 3" in run("impact", "AR-042", "--site", str(site)).stdout
	earlier = run("impact", "AR-042", "--site", str(site), "--at", "2020-01-01T12:00:00Z")
	assert earlier.exit_code == 2
	assert "AR-042 was not in use at 2020-01-01" in earlier.stderr
