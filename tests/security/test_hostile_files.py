"""Files that people bring and take away: small workbooks that unpack to gigabytes, texts that would be formulas."""

import csv
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.services import workbooks
from plant_itsm.services.plant_report import write_report
from plant_itsm.services.workbooks import read_workbook, write_workbook

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://evil")', "\t=1+1", "\r=1+1"]
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def workbook(tmp_path):
	"""Writes a workbook whose first sheet is the given XML."""

	def make(xml):
		plain, made = tmp_path / "plain.xlsx", tmp_path / "made.xlsx"
		write_workbook(plain, [("OT CI", [["name"], ["AR-042"]])])
		with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
			for part in old.infolist():
				new.writestr(part.filename, xml if part.filename == SHEET else old.read(part))
		return made

	return make


def sheet(rows):
	return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"


def cell(place, value="1"):
	return f'<c r="{place}"><v>{value}</v></c>'


def test_a_workbook_that_unpacks_to_more_than_it_should_is_refused_unread(workbook, monkeypatch):
	monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", 5_000_000)
	file = workbook(sheet(" " * (workbooks.MOST_UNPACKED_BYTES + 1)))
	assert file.stat().st_size < 50_000
	with pytest.raises(PlantFileError, match="it would unpack to"):
		list(read_workbook(file))


def test_a_row_at_the_end_of_the_world_costs_no_time(workbook):
	file = workbook(sheet(f'<row r="1">{cell("A1", 7)}</row><row r="2000000000">{cell("A2000000000")}</row>'))
	assert list(read_workbook(file)) == [("OT CI", [(1, ["7"])])]


def test_cells_far_to_the_right_are_bounded(workbook):
	rows = "".join(f'<row r="{n}">{cell(f"XFD{n}")}</row>' for n in range(1, 400))
	with pytest.raises(PlantFileError, match="more than 5000000 cells"):
		list(read_workbook(workbook(sheet(rows))))


@pytest.mark.parametrize(
	"entities",
	[
		'<!ENTITY a "lol">'
		+ "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)),
		'<!ENTITY j SYSTEM "file:///etc/passwd">',
	],
	ids=["a billion laughs", "a file of the server"],
)
def test_entities_are_neither_expanded_nor_followed(workbook, entities):
	text = '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'
	file = workbook(f"<!DOCTYPE worksheet [{entities}]>{sheet(text)}")
	try:
		told = str(list(read_workbook(file)))
	except PlantFileError as refusal:
		told = str(refusal)
	assert "root:" not in told
	assert len(told) < 1000


def test_xml_that_is_broken_is_told(workbook):
	with pytest.raises(PlantFileError, match="no workbook that can be read"):
		list(read_workbook(workbook("<worksheet>")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_in_a_workbook_is_no_formula(tmp_path, text):
	write_workbook(tmp_path / "out.xlsx", [("Costs", [[text], [text]])])
	for (found,) in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows():
		assert (found.data_type, found.value.strip()) == ("s", text.strip())


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r"]), st.text("ab1(", max_size=5))
def test_a_text_in_a_report_for_a_spreadsheet_is_no_formula(tmp_path_factory, start, more):
	file = tmp_path_factory.mktemp("report") / "report.csv"
	write_report([Problem("OT CI.csv", 2, "is no number", "ports", f"{start}{more}")], file)
	with file.open(encoding="utf-8", newline="") as stream:
		cells = [cell for row in csv.reader(stream) for cell in row]
	assert f"'{start}{more}" in cells
