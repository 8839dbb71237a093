"""Pictures of the costs of the seed: reports, and what they look like as PDF and as workbook."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

from tests.pictures.browser import Browser, Screen, save_picture
from tests.pictures.document_pictures import first_page, write_sheets


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
		asked = {"doctype": doctype, "name": drawn_up(browser, doctype, {**values, **months}), "format": page}
		pdf = browser.download(f"/api/method/frappe.utils.print_format.download_pdf?{urlencode(asked)}")
		save_picture(first_page(pdf), folder / f"{name}.png")
	filters = json.dumps({"plant_site": "Demo Plant", "period": "2026"})
	asked = {"report": "Showback by Line", "filters": filters}
	page = (folder / "showback-workbook.html").resolve()
	write_sheets(browser.download(f"/api/method/plant_itsm.api.costs.workbook?{urlencode(asked)}"), page)
	browser.picture_of_page(page, "table.sheet", folder / "showback-workbook.png")


def drawn_up(browser: Browser, doctype: str, values: dict[str, str]) -> str:
	known = browser.names(doctype, [[fieldname, "=", value] for fieldname, value in values.items()])
	if not known:
		known = [browser.call(f"/api/resource/{doctype}", values)["data"]["name"]]
	return str(known[0])
