"""Pictures of the Desk and of Helpdesk for the docs, taken with Chromium from a running site with the demo plant.

`bench-config/desk-pictures` starts what it takes. The site needs an open line stop of SW-L3-043; docs/site-proof.md
tells how one comes about.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.browser import HEIGHT, WIDTH, Browser
from tests.pictures.cost_pictures import cost_screens, take_cost_documents
from tests.pictures.screens import Screen, take
from tests.pictures.setup_pictures import PAGE, STEP, end_drills, setup_screens

PHONE = 500, 900
"""Chromium's windows are no narrower."""
PRODUCTION_MANAGER = "petra.production@demo-plant.example"


def show_impact(browser: Browser) -> None:
	browser.click("[data-label='What%20if%20it%20fails%3F']")
	browser.wait(".modal.show table")


def let_it_fail(browser: Browser) -> None:
	"""The check box of the failure graph."""
	browser.click("[data-fieldname=what_if] input")
	browser.wait_for_text(".failure-graph-status", "If it fails")


def print_labels(browser: Browser) -> None:
	names = browser.names("OT CI", [["plant_site", "=", "Demo Plant"]])
	browser.show_answer("/api/method/plant_itsm.api.labels.sheet", {"names": json.dumps(sorted(names))})
	browser.wait(".ci-label")


def open_tree(browser: Browser) -> None:
	for level in (2, 3, 4):
		browser.click_all("[role=treeitem][aria-expanded=false]")
		browser.wait(f"[role=treeitem][aria-level='{level}']")


def close_greeting(browser: Browser) -> None:
	"""Helpdesk greets whoever is new to it in front of the fields of the ticket."""
	browser.click("div.fixed.shadow-2xl > div:first-child button:last-child")


def administrator_screens(browser: Browser) -> list[Screen]:
	(stop, *_) = browser.names("Line Stop", [["status", "=", "Open"], ["root_ci", "=", "SW-L3-043"]])
	(ticket, *_) = browser.names("HD Ticket", [["plant_line_stop", "=", stop]])
	form = ".form-layout .form-page"
	return [
		Screen("line-stop-list", "/app/line-stop/view/list?kind=Line+Stop", ".list-row .indicator-pill"),
		Screen("line-stop", f"/app/line-stop/{stop}", ".form-message.red"),
		Screen(
			"ticket-in-desk",
			f"/app/hd-ticket/{ticket}",
			form,
			lambda page: page.scroll_to("[data-fieldname=plant_root_ci]"),
		),
		Screen("ticket-of-agent", f"/helpdesk/tickets/{ticket}", "div.fixed.shadow-2xl", close_greeting),
		Screen("impact", "/app/ot-ci/SW-L3-043", form, show_impact),
		Screen("signal-rule", "/app/signal-rule/SW-L3-043 lost", form),
		Screen("ot-connection", "/app/ot-connection/Cell Broker", form),
		Screen("settings", "/app/plant-itsm-settings", form),
	]


def cmdb_screens(browser: Browser) -> list[Screen]:
	canvas, row = ".failure-graph-canvas canvas", ".dt-row .dt-cell__content"
	return [
		Screen("failure-graph", "/app/failure-graph/OT CI/SW-L3-043", canvas, let_it_fail),
		Screen("failure-graph-redundancy", "/app/failure-graph/Production Line/Welding Line", canvas),
		Screen("service-architecture", "/app/service-architecture", ".service-layer-class"),
		Screen("equipment-tree", "/app/equipment-tree", ".equipment-tree-row", open_tree),
		Screen("single-points", "/app/query-report/Single Points of Failure", row),
		Screen("ci-labels", "/app/query-report/CI Labels", row),
		Screen("ci-label-sheet", "/app/ot-ci", ".list-row", print_labels),
	]


def response_screens(browser: Browser) -> list[Screen]:
	(ended, *_) = browser.names("Line Stop", [["status", "=", "Ended"], ["root_ci", "=", "AR-042"]])
	asked = {"line_stop": ended}
	review = browser.call("/api/method/plant_itsm.api.reviews.start_review", asked)["message"]
	(ticket, *_) = browser.names("HD Ticket", [["plant_root_ci", "=", "SW-L3-043"]])
	form = ".form-layout .form-page"
	return [
		Screen("plant-now", "/app/plant-now", ".plant-now-line"),
		Screen("ticket-panel", f"/app/hd-ticket/{ticket}", ".form-dashboard-section .list-unstyled"),
		Screen(
			"post-incident-review",
			f"/app/post-incident-review/{review}",
			form,
			lambda page: page.scroll_to("[data-fieldname=timeline]"),
		),
	]


def find_slots(browser: Browser) -> None:
	browser.click("[data-label='Find%20a%20Slot']")
	browser.wait(".modal.show table")


def maintenance_screens(browser: Browser) -> list[Screen]:
	"""Of what bench-config/desk_maintenance.py has made."""
	(predicted, *_) = browser.names("Maintenance Order", [["probability", ">", "0"]])
	(planned, *_) = browser.names("Maintenance Order", [["visit_key", "is", "set"]])
	chart, row = ".frappe-chart .chart-label", ".dt-row .dt-cell__content"
	order = "/app/maintenance-order"
	return [
		Screen("maintenance-workspace", "/app/maintenance-and-assets", ".dashboard-widget-box .frappe-chart"),
		Screen("condition-indicator", "/app/condition-indicator/AR-042 axis 1 vibration", chart, show_chart),
		Screen("condition-of-ci", "/app/ot-ci/AR-042", chart),
		Screen("maintenance-order", f"{order}/{planned}", ".form-message", show_checklist),
		Screen("maintenance-slots", f"{order}/{predicted}", ".form-message", find_slots),
		Screen("maintenance-plan", "/app/maintenance-plan/AR-042 gear oil", ".form-message", show_reckoning),
		Screen("maintenance-calendar", "/app/query-report/Maintenance Calendar", row),
		Screen("maintenance-cost", "/app/query-report/Maintenance Cost per Asset", row),
	]


def asset_screens(browser: Browser) -> list[Screen]:
	"""Of the plant that has aged, whose history ends in October 2026."""
	sheet = browser.drawn_up("Refresh Assessment", {"ci": "LA-R01", "from_records": "1"})
	report, row = "/app/query-report", ".dt-row .dt-cell__content"
	line, months = "production_line=Production Line A", "from_date=2025-02-01&to_date=2026-10-27"
	step = "/app/ci-lifecycle-event/new?ci=LA-HMI1&to_state=Decommission"
	return [
		Screen("refresh-or-maintain", f"{report}/Refresh or Maintain?{line}", row),
		Screen("refresh-sheet", f"/app/refresh-assessment/{sheet}", ".refresh-years .frappe-chart"),
		Screen("eol-risk-register", f"{report}/EOL Risk Register", row),
		Screen("spare-coverage", f"{report}/Spare Coverage", row),
		Screen("mtbf-trend", f"{report}/MTBF Trend?{months}&{line}", row),
		Screen("prediction-quality", f"{report}/Prediction Quality", row),
		Screen("life-cycle-refusal", step, "[data-fieldname=to_state]", save_refused),
	]


def save_refused(browser: Browser) -> None:
	browser.click(".primary-action")
	browser.wait(".modal.show .msgprint")


def show_chart(browser: Browser) -> None:
	browser.scroll_to(".frappe-chart")


def show_reckoning(browser: Browser) -> None:
	browser.scroll_to("[data-fieldname=explanation]")


def show_checklist(browser: Browser) -> None:
	browser.scroll_to("[data-fieldname=steps]")


def change_screens(browser: Browser) -> list[Screen]:
	"""Of what bench-config/desk_changes.py has made."""
	request = "/app/ot-change-request"
	(firmware, *_) = browser.names("OT Change Request", [["change_type", "=", "PLC firmware update"]])
	(switch, *_) = browser.names("OT Change Request", [["change_type", "=", "Network switch config"]])
	printed = f"/printview?doctype=OT Change Request&name={switch}&format=Change Sheet&trigger_print=0"
	form = ".form-layout .form-page"
	return [
		Screen("change-calendar", "/app/change-window/view/calendar", ".fc-event"),
		Screen("change-gantt", f"{request}/view/gantt", ".gantt .bar-label", show_days),
		Screen("change-finder", f"{request}/{firmware}", form, find_windows),
		Screen("change-refusal", f"{request}/{firmware}", form, ask_for_approval),
		Screen("change-sheet", printed, ".print-format img"),
	]


def show_days(browser: Browser) -> None:
	browser.click(".btn-view-mode[data-value='Half Day']")
	browser.wait(".gantt .bar-label")


def find_windows(browser: Browser) -> None:
	browser.click("[data-label='Find%20a%20Window']")
	browser.wait(".modal.show [data-start]")


def ask_for_approval(browser: Browser) -> None:
	"""The button of the workflow, at a time that does not do."""
	browser.click(".actions-btn-group > button")
	browser.click("[data-label='Ask%20for%20Approval']")
	browser.wait_for_text(".modal.show .modal-body", "cannot become In Approval")


def phone_screens(browser: Browser) -> list[Screen]:
	return [
		Screen("plant-now-phone", "/app/plant-now", ".plant-now-line"),
		Screen("ci-page", "/ci/AR-042", "#fault"),
		Screen("plant-setup-phone", PAGE, STEP),
		Screen("failure-graph-phone", "/app/failure-graph/OT CI/AR-042", ".failure-graph-canvas canvas"),
	]


def manager_screens(browser: Browser) -> list[Screen]:
	(stop, *_) = browser.names("Line Stop", [["status", "=", "Open"]])
	form = ".form-layout .form-page"
	return [
		Screen("manager-line-stop-list", "/app/line-stop", ".list-row .indicator-pill"),
		Screen("manager-line-stop", f"/app/line-stop/{stop}", ".form-message.red"),
		Screen("manager-impact", "/app/ot-ci/SW-L3-043", form, show_impact),
	]


GROUPS: dict[str, tuple[Callable[[Browser], list[Screen]], ...]] = {
	"stops": (administrator_screens, response_screens),
	"maintenance": (maintenance_screens,),
	"assets": (asset_screens,),
	"changes": (change_screens,),
	"cmdb": (cmdb_screens,),
	"costs": (lambda _browser: cost_screens(),),
	"setup": (lambda _browser: setup_screens(),),
	"phone": (phone_screens,),
	"manager": (manager_screens,),
}
"""In this order: whoever has become the manager stays it."""


def take_group(browser: Browser, group: str, out: Path) -> None:
	browser.resize(*PHONE if group == "phone" else (WIDTH, HEIGHT))
	if group == "manager":
		browser.become(PRODUCTION_MANAGER)
	for screens in GROUPS[group]:
		for screen in screens(browser):
			take(browser, screen, out)
	if group == "costs":
		take_cost_documents(browser, out)
	if group == "setup":
		end_drills(browser)


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--url", default="http://plant.localhost:8000")
	parser.add_argument("--password", default="admin", help="of Administrator")
	parser.add_argument("--out", type=Path, default=Path("out/pictures"))
	parser.add_argument("--of", nargs="+", choices=GROUPS, default=list(GROUPS), help="which pictures")
	asked = parser.parse_args()
	asked.out.mkdir(parents=True, exist_ok=True)
	with tempfile.TemporaryDirectory(prefix="plant-itsm-") as profile:
		browser = Browser(asked.url, profile)
		try:
			browser.log_in("Administrator", asked.password)
			for group in asked.of:
				take_group(browser, group, asked.out)
		finally:
			browser.close()


if __name__ == "__main__":
	main()
