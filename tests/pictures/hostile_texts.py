"""Looks at every list, form, report and page of ours while each text on them is a script, and tells where one ran.

`bench-config/hostile-texts` puts the scripts into the records and takes them out again. A page is told when the script
ran, or when its image is in the page, which means that it was taken for HTML.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from urllib.parse import quote

from selenium.common.exceptions import WebDriverException

from tests.browser import Browser

LOOK = "return [!!window.hostile, document.querySelectorAll('img[src=hostile]').length]"
PAGES = (
	"plant-now",
	"failure-graph",
	"equipment-tree",
	"service-architecture",
	"listener-status",
	"plant-setup",
)
BODY = ".page-container:not([style*='display: none']) .layout-main-section"


def places(browser: Browser) -> Iterator[str]:
	yield from (f"/app/{page}" for page in PAGES)
	modules = json.dumps([["app_name", "=", "plant_itsm"]])
	names = [row["name"] for row in browser.call(f"/api/resource/Module Def?filters={modules}")["data"]]
	ours = [["module", "in", names]]
	for report in _all(browser, "Report", ours):
		yield f"/app/query-report/{quote(report)}"
	forms = [*ours, ["istable", "=", 0], ["issingle", "=", 0]]
	for doctype in (*_all(browser, "DocType", forms), "HD Ticket"):
		route = doctype.lower().replace(" ", "-")
		newest = browser.call(f"/api/resource/{doctype}?limit=2&order_by=creation desc")["data"]
		if newest:
			yield f"/app/{route}/view/list"
		yield from (f"/app/{route}/{quote(str(row['name']), safe='')}" for row in newest)
		if doctype == "OT CI":
			yield from (f"/ci/{quote(row['name'])}" for row in newest)
			yield from (f"/app/failure-graph/OT CI/{quote(row['name'])}" for row in newest)


def _all(browser: Browser, doctype: str, filters: list[list[object]]) -> list[str]:
	query = f"filters={quote(json.dumps(filters))}&limit_page_length=0"
	return [row["name"] for row in browser.call(f"/api/resource/{doctype}?{query}")["data"]]


def looked_at(browser: Browser, path: str) -> str:
	"""What is wrong there; "" for nothing."""
	with contextlib.suppress(WebDriverException):  # whatever did not appear: what did is looked at
		browser.open(path, "main" if path.startswith("/ci/") else BODY)
	ran, images = browser.run(LOOK)
	return "a script ran" if ran else f"{images} texts are HTML" if images else ""


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--url", required=True)
	parser.add_argument("--password", default="admin")
	given = parser.parse_args()
	with tempfile.TemporaryDirectory() as profile:
		browser = Browser(given.url, profile)
		try:
			browser.log_in("Administrator", given.password)
			browser.open("/app/user", ".page-title")
			found = {path: looked_at(browser, path) for path in list(places(browser))}
		finally:
			browser.close()
	for path, trouble in found.items():
		if trouble:
			print(f"{path}: {trouble}")
	print(f"{len(found)} places, {sum(map(bool, found.values()))} of them take a text for HTML")
	return int(any(found.values()))


if __name__ == "__main__":
	sys.exit(main())
