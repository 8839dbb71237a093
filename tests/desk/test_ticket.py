"""The ticket of a line stop, in the Desk and in the screen of Helpdesk's agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

from tests.desk.pages import PAGES, found_on

if TYPE_CHECKING:
	from tests.browser import Browser

DIALOG = "[role=dialog]"
AGENT = "agent@desk-test.example"
WAY = "SW-L3-043 → VLAN 143 → AR-042 → Assembly Line 3"


@pytest.fixture(scope="module")
def found(browser) -> dict[str, str]:
	browser.open("/app/user", ".page-title")
	return found_on(browser)


@pytest.fixture
def agent(browser, found, site):
	"""Whoever looked the records up sees all; the agent sees what an agent may."""
	browser.log_in(AGENT, site.password)
	return browser


def test_the_desk_shows_who_may_see_it_what_it_costs(browser, found):
	PAGES["ticket"].open(browser, found)
	told = browser.text(PAGES["ticket"].ours)
	assert "per hour" in told
	assert "so far" in told


def test_the_desk_shows_a_technician_people_way_and_steps_and_no_money(agent, found):
	page = PAGES["ticket"]
	page.open(agent, found)
	told = agent.text(page.ours)
	assert told.count("○") + told.count("✓") >= 5
	assert "per hour" not in told
	assert WAY in agent.wait(".plant-itsm-incident-graph svg").get_attribute("aria-label")
	agent.click("[data-label='Line%20Stop']")
	agent.wait_for_script("frappe.get_route_str() === arguments[0]", f"Form/Line Stop/{found['stop']}")
	assert agent.refusals() == []


def test_helpdesks_agent_is_told_the_same_acknowledges_and_opens_the_line_stop(agent, found):
	agent.open(f"/helpdesk/tickets/{found['ticket']}", "button")
	choose(agent, "Cost, stage and steps")
	agent.wait_for_text(DIALOG, WAY)
	assert "○" in agent.text(DIALOG)
	agent.send_key(Keys.ESCAPE)
	agent.wait_until_gone(DIALOG)
	assert "does not have" not in agent.text("body")

	choose(agent, "Acknowledge")
	agent.wait_for_text(".toast-root-animatable", "Acknowledged")
	choose(agent, "Open the line stop")
	agent.go_to_new_window()
	agent.wait(".form-message.red")
	assert agent.path == f"/app/line-stop/{found['stop']}"


def choose(browser: Browser, label: str) -> None:
	"""Of our menu on Helpdesk's page."""
	browser.click_text("button", "Line stop")
	browser.click_text("[role=menuitem]", label)
