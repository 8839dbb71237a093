import csv

from click.testing import CliRunner

from plant_itsm.cli import main
from plant_itsm.embedded.site import EmbeddedSite
from tests.generated_inventory import GeneratedPlant


def run(*arguments):
	return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_plant_is_checked_and_every_problem_reported(tmp_path):
	plant = GeneratedPlant(100)
	plant.tables["OT CI"][3]["mac_address"] = "00:1B"
	plant.tables["CI Relation"][1]["target_ci"] = "nobody"
	file, report = plant.write_workbook(tmp_path / "plant.xlsx"), tmp_path / "report.csv"
	result = run("check-plant", file, "--report", report)
	assert result.exit_code == 2
	assert "2 problems, all in" in result.stderr
	assert "mac_address" in result.stdout
	with report.open(encoding="utf-8", newline="") as stream:
		rows = list(csv.DictReader(stream))
	assert [(row["file or sheet"], row["line"], row["column"]) for row in rows] == [
		("CI Relation", "3", "target_ci"),
		("OT CI", "5", "mac_address"),
	]


def test_a_correct_plant_is_compared_with_a_site(tmp_path):
	assert "would be 31 added" in run("check-plant", "seed").stdout
	run("load-plant", "seed", "--site", tmp_path / "site")
	result = run("check-plant", "seed", "--site", tmp_path / "site")
	assert result.exit_code == 0
	assert "0 added, 0 changed, 31 unchanged" in result.stdout


def test_a_plant_is_exported_as_a_workbook_and_loaded_again(tmp_path):
	run("load-plant", "seed", "--site", tmp_path / "site")
	result = run("export-plant", tmp_path / "plant.xlsx", "--site", tmp_path / "site")
	assert result.exit_code == 0, result.output
	again = run("load-plant", tmp_path / "plant.xlsx", "--site", tmp_path / "site")
	assert " 0 added, 0 changed," in again.stdout
	assert EmbeddedSite.open(tmp_path / "site").records.count("OT CI") == 13
	assert run("export-plant", tmp_path / "x.xlsx").exit_code == 2
