"""Pictures of Plant Setup, up to a rehearsed line stop. The drill needs a drain that runs."""

from __future__ import annotations

from tests.browser import Browser
from tests.pictures.screens import Screen

PAGE, STEP = "/app/plant-setup", ".plant-setup-step"


def setup_screens() -> list[Screen]:
	return [
		Screen("plant-setup", PAGE, STEP),
		Screen("plant-setup-line", PAGE, STEP, ask_for_line),
		Screen("plant-setup-drill", PAGE, STEP, rehearse),
	]


def ask_for_line(browser: Browser) -> None:
	browser.click("[data-step=lines]")
	browser.wait(".modal.show [data-fieldname=cost_per_hour]")


def rehearse(browser: Browser) -> None:
	browser.click("[data-step=drill]")
	browser.wait(".modal.show [data-fieldname=name] select")
	browser.click(".modal.show .btn-modal-primary")
	browser.wait(".modal.show td + td")
	browser.wait_for_text(".modal.show [data-fieldname=progress]", "Ticket")


def end_drills(browser: Browser) -> None:
	for drill in browser.names("Line Stop Drill", [["status", "in", "Queued,Running"]]):
		browser.call("/api/method/plant_itsm.api.drills.clean_up", {"drill": drill})
