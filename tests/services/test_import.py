"""Importing an OT inventory: every planted error is told, each once and where it is; nothing is half-written."""

import csv
import json
import time

import openpyxl
import pytest

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.embedded.store import open_store
from plant_itsm.services.plant_report import HEADER, write_report
from plant_itsm.services.plants import PACKAGE, load_plant, load_vocabulary, plan_load, plant_folder
from tests.generated_inventory import GeneratedPlant, PlantedErrors
from tests.services.conftest import SetClock


@pytest.fixture
def fresh(tmp_path):
	"""Records with the vocabulary and no plant."""
	records = open_store(tmp_path / "fresh.sqlite", SetClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	yield records
	records.close()


def told(problems):
	return sorted((problem.source.removesuffix(".csv"), problem.line, problem.column) for problem in problems)


@pytest.mark.parametrize(("cis", "seed"), [(5000, 1), (1000, 2), (1000, 3)])
def test_two_hundred_planted_errors_are_found_and_none_else(fresh, tmp_path, cis, seed):
	plant = GeneratedPlant(cis, seed)
	errors = PlantedErrors(plant)
	planted = errors.plant(200)
	assert len(errors.kinds) >= 10
	file = plant.write_workbook(tmp_path / "plant.xlsx")
	found = plan_load(fresh, file).problems
	assert told(found) == planted
	for problem in found:
		assert problem.column
		assert problem.way_out
	with pytest.raises(PlantFileError) as refusal:
		load_plant(fresh, file)
	assert told(refusal.value.problems) == planted
	assert fresh.count("Plant Site") == fresh.count("OT CI") == 0


def test_a_folder_and_a_workbook_say_the_same(fresh, tmp_path):
	plant = GeneratedPlant(500)
	planted = PlantedErrors(plant).plant(40)
	folder, file = plant.write_folder(tmp_path / "plant"), plant.write_workbook(tmp_path / "plant.xlsx")
	assert told(plan_load(fresh, folder).problems) == planted == told(plan_load(fresh, file).problems)


def test_what_is_planned_is_what_a_load_does(fresh, tmp_path):
	file = GeneratedPlant(500).write_workbook(tmp_path / "plant.xlsx")
	planned = plan_load(fresh, file)
	assert not planned.problems
	report = load_plant(fresh, file)
	assert report.added == len(planned.writes) == len(plan_load(fresh, file).writes)
	assert {write.action for write in plan_load(fresh, file).writes} == {"unchanged"}
	assert fresh.count("OT CI") == 500


FOLLOWED = {
	"a time zone": ("Plant Site", "time_zone", "Europe/Atlantis"),
	"a currency": ("Plant Site", "currency", "EURO"),
	"a site of an area": ("Plant Area", "plant_site", "Site X"),
	"a number of a line": ("Production Line", "units_per_shift", "many"),
	"an area of a line": ("Production Line", "plant_area", ""),
	"a line of a cell": ("Work Cell", "production_line", "Line X"),
	"a class of a robot": ("OT CI", "ci_class", "Walking Robot"),
	"a site of a robot": ("OT CI", "plant_site", ""),
	"a line of a robot": ("OT CI", "production_line", "Line X"),
	"a name of a site": ("Plant Site", "site_name", ""),
}


@pytest.mark.parametrize("case", FOLLOWED)
def test_one_bad_row_is_one_problem_however_many_depend_on_it(fresh, tmp_path, case):
	doctype, column, value = FOLLOWED[case]
	plant = GeneratedPlant(500)
	plant.tables[doctype][0][column] = value
	found = plan_load(fresh, plant.write_folder(tmp_path / "plant")).problems
	assert told(found) == [(doctype, 2, column)]
	if column != "site_name":
		assert found[0].dependents > 0
		assert "depend" in str(found[0])


def test_a_misspelt_column_is_one_problem(fresh, tmp_path):
	plant = GeneratedPlant(500)
	for row in plant.tables["OT CI"]:
		row["plant_sight"] = row.pop("plant_site")
	found = plan_load(fresh, plant.write_folder(tmp_path / "plant")).problems
	assert told(found) == [("OT CI", None, "plant_sight")]


def test_a_file_that_is_named_wrongly_is_one_problem(fresh, tmp_path):
	folder = GeneratedPlant(100).write_folder(tmp_path / "plant")
	(folder / "OT CI.csv").rename(folder / "Robots.csv")
	assert told(plan_load(fresh, folder).problems) == [("Robots", None, "")]


def test_a_line_below_a_line_is_refused_in_these_words(fresh, tmp_path):
	plant = GeneratedPlant(500)
	plant.tables["Production Line"][1]["plant_area"] = "Line 0"
	(problem,) = plan_load(fresh, plant.write_folder(tmp_path / "plant")).problems
	assert problem.what.endswith(
		"plant_area 'Line 0' is no Plant Area, but a Production Line: a line is never below a line."
	)
	assert problem.way_out == "Choose one that exists."


def test_a_group_that_cannot_be_met_is_told_at_its_number(fresh, tmp_path):
	plant = GeneratedPlant(100)
	plant.tables["Redundancy Group"] = [
		{"group_name": "Pair", "min_up": "3", "members.ci": "CI 0", "dependents.production_line": "Line 0"},
		{"members.ci": "CI 4"},
	]
	(problem,) = plan_load(fresh, plant.write_folder(tmp_path / "plant")).problems
	assert told([problem]) == [("Redundancy Group", 2, "min_up")]
	assert (problem.value, problem.way_out) == ("3", "Add members or enter 2 or less.")


def test_a_circle_of_parents_and_relations_is_told_where_it_closes(fresh, tmp_path):
	plant = GeneratedPlant(100)
	part_of = {"source_ci": "CI 0", "relation_type": "part of", "target_ci": "CI 1"}
	plant.tables["CI Relation"].append(part_of)
	(problem,) = plan_load(fresh, plant.write_folder(tmp_path / "plant")).problems
	assert told([problem]) == [("CI Relation", len(plant.tables["CI Relation"]) + 1, "target_ci")]
	assert "CI 0 → CI 1 → CI 0" in problem.what


def test_what_plant_itsm_computes_cannot_be_imported(fresh, tmp_path):
	plant = GeneratedPlant(4)
	plant.tables["OT CI"][0]["program_version"] = "V1"
	(problem,) = plan_load(fresh, plant.write_folder(tmp_path / "plant")).problems
	assert (problem.column, problem.way_out) == ("program_version", "Leave it out.")


def test_parents_may_stand_below_their_parts(fresh, tmp_path):
	plant = GeneratedPlant(100)
	plant.tables["OT CI"].reverse()
	load_plant(fresh, plant.write_folder(tmp_path / "plant"))
	assert fresh.get("OT CI", "CI 1")["parent_ci"] == "CI 0"


def test_fifty_thousand_rows_with_errors_are_refused(fresh, tmp_path):
	plant = GeneratedPlant(20_000)
	planted = PlantedErrors(plant).plant(200)
	assert sum(map(len, plant.tables.values())) > 40_000
	folder = plant.write_folder(tmp_path / "plant")
	began = time.perf_counter()
	assert told(plan_load(fresh, folder).problems) == planted
	assert time.perf_counter() - began < 60
	assert fresh.count("OT CI") == 0


def test_the_report_is_a_table_with_a_line_per_problem(fresh, tmp_path):
	plant = GeneratedPlant(100)
	plant.tables["OT CI"][5]["mac_address"] = "=1+1"
	plant.tables["OT CI"][7]["title"] = "x" * 200
	problems = plan_load(fresh, plant.write_workbook(tmp_path / "plant.xlsx")).problems
	write_report(problems, tmp_path / "report.csv")
	with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as stream:
		header, first, second = csv.reader(stream)
	assert tuple(header) == HEADER
	assert first[:4] == ["OT CI", "7", "mac_address", "'=1+1"]
	assert first[5].startswith("Write it like 00:1B")
	assert second[:3] == ["OT CI", "9", "title"]
	write_report(problems, tmp_path / "report.xlsx")
	rows = list(openpyxl.load_workbook(tmp_path / "report.xlsx").active.iter_rows())
	assert [cell.value for cell in rows[1]][:4] == ["OT CI", 7, "mac_address", "=1+1"]
	assert rows[1][3].data_type == "s"
	with pytest.raises(PlantFileError, match=r"report\.txt.*\.csv or \.xlsx"):
		write_report(problems, tmp_path / "report.txt")


def test_excel_cells_are_read_as_what_they_are(fresh, tmp_path):
	from datetime import datetime

	workbook = openpyxl.Workbook()
	site = workbook.active
	site.title = "Plant Site"
	site.append(["site_name", "time_zone", "currency"])
	site.append(["Works", "Europe/Berlin", "EUR"])
	cis = workbook.create_sheet("OT CI")
	cis.append(["ci_name", "ci_class", "plant_site", "sl_target", "purdue_level", "commissioned_on", None])
	cis.append([4711, "PLC", "Works", 2.0, 3.5, datetime(2024, 1, 31), None])
	cis.append([None, None, None])
	cis.append(["P2", "PLC", "Works", 9, None, datetime(2024, 1, 31, 12), None])
	hidden = workbook.create_sheet("Notes")
	hidden.sheet_state = "hidden"
	hidden.append(["whatever"])
	workbook.save(tmp_path / "plant.xlsx")
	assert told(plan_load(fresh, tmp_path / "plant.xlsx").problems) == [
		("OT CI", 4, "commissioned_on"),
		("OT CI", 4, "sl_target"),
	]
	cis.delete_rows(4)
	workbook.save(tmp_path / "plant.xlsx")
	load_plant(fresh, tmp_path / "plant.xlsx")
	record = fresh.get("OT CI", "4711")
	assert (record["sl_target"], record["purdue_level"], str(record["commissioned_on"])) == (
		"2",
		"3.5",
		"2024-01-31",
	)


def test_what_is_no_workbook_is_named(fresh, tmp_path):
	(tmp_path / "plant.xlsx").write_text("PK not really")
	with pytest.raises(PlantFileError, match=r"plant\.xlsx: no workbook"):
		plan_load(fresh, plant_folder(str(tmp_path / "plant.xlsx")))


def test_problems_are_structured(fresh, tmp_path):
	plant = GeneratedPlant(100)
	plant.tables["Line Stop Cost Model"][0]["cost_per_hour"] = "3.800,00"
	with pytest.raises(PlantFileError) as refusal:
		load_plant(fresh, plant.write_folder(tmp_path / "plant"))
	(problem,) = refusal.value.problems
	assert (problem.source, problem.line, problem.column, problem.value) == (
		"Line Stop Cost Model.csv",
		2,
		"cost_per_hour",
		"3.800,00",
	)
	assert problem.place == "Line Stop Cost Model.csv:2"
	assert json.dumps(problem.what)
