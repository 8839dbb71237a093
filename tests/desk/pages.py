"""What we render in the Desk and on the website: where it is, what it shows last, and which part of it is ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
	from tests.browser import Browser

FORM, ROW = ".form-layout .form-page", ".dt-row .dt-cell__content"
DIALOG = ".modal.show .frappe-control[data-fieldtype=HTML]"
WIDGETS = ".layout-main-section .codex-editor"
PRINT = ".print-format"
WORKSPACES = (
	"plant-operations",
	"ot-cmdb",
	"signals-and-health",
	"ot-change",
	"maintenance-and-assets",
	"plant-costs",
)
FRAPPES_OWN = (
	("aria-allowed-attr", ".card-actions", "the menu of a number card is a link that opens"),
	("button-name", ".chart-actions", "the menu of a chart has no name"),
	("label-content-name-mismatch", ".shortcut-widget-box", "a shortcut is named without its count"),
	("color-contrast", ".shortcut-widget-box .indicator-pill", "the grey pill of a count, dark"),
	("button-name", ".form-links .btn-new", "the + of a linked DocType has no name"),
	("color-contrast", ".fc", "the colours of the calendar"),
)
"""Faults within our parts that Frappe has made: rule of axe, selector, what it is."""


@dataclass(frozen=True)
class Page:
	"""`path` holds keys of `found_on` in braces; `ours` is a CSS selector; `act` is done before it is looked at."""

	path: str
	ready: str
	ours: str
	act: Callable[[Browser], None] | None = None

	def open(self, browser: Browser, found: dict[str, str]) -> None:
		browser.open(self.path.format(**found), self.ready)
		if self.act:
			self.act(browser)
			browser.settle()


def found_on(browser: Browser) -> dict[str, str]:
	"""The records that pages are about, whose names nobody knows beforehand. A statement is drawn up where there is
	none."""
	(stop, *_) = browser.names("Line Stop", [["status", "=", "Open"], ["root_ci", "=", "SW-L3-043"]])
	(ticket, *_) = browser.names("HD Ticket", [["plant_line_stop", "=", stop]])
	(change, *_) = browser.names("OT Change Request", [["change_type", "=", "PLC firmware update"]])
	months = {"from_month": "2026-01-01", "to_month": "2026-12-31"}
	drawn_up = {
		"statement": browser.drawn_up("Showback Statement", {"plant_site": "Demo Plant", **months}),
		"review": browser.drawn_up("Line Cost Review", {"production_line": "Line C", **months}),
	}
	return {"stop": stop, "ticket": ticket, "change": change, **drawn_up}


def layout(page: str) -> str:
	return f"#page-{page} .layout-main-section"


def dashboard(doctype: str) -> str:
	return f"[id='page-{doctype}'] .form-dashboard"


def printed(doctype: str, name: str, print_format: str) -> str:
	return f"/printview?doctype={doctype}&name={name}&format={print_format}&trigger_print=0"


def press_button(label: str, ready: str) -> Callable[[Browser], None]:
	"""The button of a form, and what it opens."""

	def act(browser: Browser) -> None:
		browser.click(f"[data-label='{quote(label)}']")
		browser.wait(ready)

	return act


def open_tree(browser: Browser) -> None:
	for level in (2, 3, 4):
		browser.click_all("[role=treeitem][aria-expanded=false]")
		browser.wait(f"[role=treeitem][aria-level='{level}']")


PAGES = {
	"plant-now": Page("/app/plant-now", ".plant-now-line", ".plant-now"),
	"wall": Page("/app/plant-now?wall=1", ".plant-now-line", ".plant-now"),
	"failure-graph": Page(
		"/app/failure-graph/OT CI/SW-L3-043",
		".failure-graph-canvas canvas",
		"#page-failure-graph .layout-main",
	),
	"equipment-tree": Page("/app/equipment-tree", ".equipment-tree-row", layout("equipment-tree"), open_tree),
	"service-architecture": Page(
		"/app/service-architecture", ".service-layer-class", "#page-service-architecture .layout-main"
	),
	"listener-status": Page("/app/listener-status", ".layout-main-section", layout("listener-status")),
	"plant-setup": Page("/app/plant-setup", ".plant-setup-step", layout("plant-setup")),
	"fault": Page("/ci/AR-042", "#fault", ".ci-page"),
	"report-a-fault": Page("/report-a-fault/new", "#fault-text", ".web-form-container"),
	"line-stop": Page("/app/line-stop/{stop}", ".form-message.red", dashboard("Line Stop")),
	"cost-of-a-stop": Page(
		"/app/line-stop/{stop}", ".form-message.red", DIALOG, press_button("Explain cost", f"{DIALOG} table")
	),
	"ticket": Page(
		"/app/hd-ticket/{ticket}", ".form-dashboard-section .list-unstyled", dashboard("HD Ticket")
	),
	"ci": Page("/app/ot-ci/AR-042", FORM, dashboard("OT CI")),
	"what-if": Page(
		"/app/ot-ci/SW-L3-043", FORM, DIALOG, press_button("What if it fails?", f"{DIALOG} table")
	),
	"relations": Page(
		"/app/ot-ci/SW-L3-043", FORM, DIALOG, press_button("History of relations", f"{DIALOG} *")
	),
	"change-finder": Page(
		"/app/ot-change-request/{change}",
		FORM,
		DIALOG,
		press_button("Find a Window", ".modal.show [data-start]"),
	),
	"change-calendar": Page("/app/change-window/view/calendar", ".fc-event", ".fc-view"),
	"showback-report": Page(
		"/app/query-report/Showback by Line?plant_site=Demo Plant&period=2026", f"{ROW} a", f"{ROW} a"
	),
	"change-sheet": Page(printed("OT Change Request", "{change}", "Change Sheet"), f"{PRINT} img", PRINT),
	"showback-page": Page(
		printed("Showback Statement", "{statement}", "Showback Page"), ".showback .figures", PRINT
	),
	"line-cost-page": Page(
		printed("Line Cost Review", "{review}", "Line Cost Review Page"), ".line-cost .figures", PRINT
	),
	"ci-label": Page(printed("OT CI", "AR-042", "CI Label"), f"{PRINT} img, {PRINT} svg", PRINT),
	**{name: Page(f"/app/{name}", ".shortcut-widget-box", WIDGETS) for name in WORKSPACES},
}
