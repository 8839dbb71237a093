"""The workbook of a cost report, as a finance controller takes it away."""

from __future__ import annotations

import openpyxl

from tests.desk.pages import PAGES

LINES = "Line A", "Line B", "Line C"


def test_the_workbook_has_the_figures_of_the_screen_as_numbers(browser, site, downloads):
	browser.log_in(site.person("Finance Controller"), site.password)
	PAGES["showback-report"].open(browser, {})
	browser.click_text(".page-head button, .inner-group-button button, .custom-actions button", "Workbook")
	sheet = openpyxl.load_workbook(browser.downloaded(downloads, "*.xlsx")).worksheets[0]
	rows = {str(row[0]).strip(): row[1:] for row in sheet.iter_rows(values_only=True) if row[0]}
	figures = {line: [cell for cell in rows[line] if isinstance(cell, int | float)] for line in LINES}
	assert [figures[line][0] for line in LINES] == [227_000, 190_000, 268_000]
	assert not [cell for line in LINES for cell in rows[line] if isinstance(cell, str) and cell[:1].isdigit()]
	assert browser.errors() == []
