"""Pictures of the costs of the seed: reports, and what they look like as PDF and as workbook."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

from tests.browser import Browser
from tests.pictures.document_pictures import first_page, write_sheets
from tests.pictures.screens import Screen, picture_of_page, save_picture


def cost_screens() -> list[Screen]:
	asked, row = "?plant_site=Demo Plant&period=2026", ".dt-row .dt-cell__content"
	return [
		Screen("showback-by-line", f"/app/query-report/Showback by Line{asked}", row),
		Screen("budget-vs-actual", f"/app/query-report/Budget vs Actual{asked}", row),
	]


def take_cost_documents(browser: Browser, folder: Path) -> None:
	"""Of the seed's costs: the PDF of a statement and of a review, drawn up where there is none, and a workbook."""
	months = {"from_month": "2026-01-01", "to_month": "2026-12-31"}
	for name, doctype, page, values in (
		("showback-statement", "Showback Statement", "Showback Page", {"plant_site": "Demo Plant"}),
		("line-cost-review", "Line Cost Review", "Line Cost Review Page", {"production_line": "Line C"}),
	):
		asked = {"doctype": doctype, "name": browser.drawn_up(doctype, {**values, **months}), "format": page}
		pdf = browser.download(f"/api/method/frappe.utils.print_format.download_pdf?{urlencode(asked)}")
		save_picture(first_page(pdf), folder / f"{name}.png")
	filters = json.dumps({"plant_site": "Demo Plant", "period": "2026"})
	asked = {"report": "Showback by Line", "filters": filters}
	page = (folder / "showback-workbook.html").resolve()
	write_sheets(browser.download(f"/api/method/plant_itsm.api.costs.workbook?{urlencode(asked)}"), page)
	picture_of_page(browser, page, "table.sheet", folder / "showback-workbook.png")
