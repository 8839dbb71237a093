"""`plant-itsm showback`: the seed's table in the terminal, as JSON, and as a workbook with numbers as numbers."""

import json

import openpyxl
import pytest
from click.testing import CliRunner

from plant_itsm.cli import main


def run(*arguments):
	return CliRunner().invoke(main, ["showback", "--plant", "seed", *arguments])


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
	return tmp_path_factory.mktemp("showback") / "showback.xlsx"


@pytest.fixture(scope="module")
def as_json(workbook):
	"""What is printed as JSON, while the workbook is written."""
	result = run("--period", "2026", "--json", "--xlsx", str(workbook))
	assert result.exit_code == 0, result.output
	return result.output


def test_the_table_with_its_totals():
	result = run("--period", "2026")
	assert result.exit_code == 0, result.output
	lines = [line.replace("│", " ").split() for line in result.output.splitlines()]
	assert ["Total", "227,000", "190,000", "268,000", "685,000"] in lines
	assert ["Per", "unit", "0.94", "0.81", "1.12", "0.96"] in lines


def test_every_figure_as_json(as_json):
	found = json.loads(as_json)
	assert found["total"] == "685000.00"
	assert [one["amount"] for one in found["receivers"]] == ["227000.00", "190000.00", "268000.00"]
	licences = found["receivers"][0]["costs"][-1]
	assert (licences["category"], licences["direct"], licences["allocated"]) == (
		"Software licences",
		"0.00",
		"62000.00",
	)


def test_the_same_entries_give_the_same_bytes(as_json):
	assert run("--period", "2026", "--json").output == as_json


def test_a_workbook_keeps_numbers_as_numbers(as_json, workbook):
	book = openpyxl.load_workbook(workbook)
	assert book.sheetnames == ["Showback", "Figures", "Allocation"]
	sheet = book["Showback"]
	assert sheet.freeze_panes == "A2"
	assert [cell.value for cell in sheet[sheet.max_row]] == ["Total", 227000, 190000, 268000, 685000]
	assert book["Allocation"].max_row == 4


@pytest.mark.parametrize("period", ["26", "2026-13", "2026-Q5", "last year"])
def test_a_period_that_is_none_is_refused_with_the_forms(period):
	result = run("--period", period)
	assert result.exit_code == 2
	assert f"period {period!r} is none. Write a year, a quarter or a month" in result.output
