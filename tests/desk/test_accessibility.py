"""axe-core on what we render, in the light and the dark theme. Frappe's own navbar, page head, forms and lists are its
own; what of it lies within ours is named in `FRAPPES_OWN`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.desk.pages import FRAPPES_OWN, PAGES, found_on

PHONE = 390, 844
_AXE = """
const [scope, frappes_own, theme, done] = arguments;
document.documentElement.setAttribute("data-theme", theme);
const lies_in = (target, part) => document.querySelector(target[0]).closest(part);
const told = ({id, nodes}) => nodes
	.filter(({target}) => !frappes_own.some(([rule, part]) => rule === id && lies_in(target, part)))
	.map(({target, failureSummary}) => `${id} ${target}: ${failureSummary}`);
Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))
	.then(() => axe.run({include: [[scope]]}, {resultTypes: ["violations"]}))
	.then(({violations}) => violations.filter(({impact}) => ["serious", "critical"].includes(impact)))
	.then((serious) => done(serious.flatMap(told)), (error) => done([String(error)]));
"""
_REACH = """
const ours = document.querySelector(arguments[0]);
return [ours.getBoundingClientRect().right, ours.scrollWidth - ours.clientWidth];
"""
"""How far right a part reaches, and how much of it lies beyond that."""


@pytest.fixture(scope="module")
def found(browser) -> dict[str, str]:
	browser.open("/app/user", ".page-title")  # to draw up a record takes the token of a page of the Desk
	return found_on(browser)


@pytest.mark.parametrize("page", PAGES)
def test_no_serious_fault_in_either_theme(browser, found, page):
	PAGES[page].open(browser, found)
	browser.run(Path(os.environ["DESK_AXE"]).read_text())
	for theme in ("light", "dark"):
		assert browser.run_async(_AXE, PAGES[page].ours, FRAPPES_OWN, theme) == [], theme


@pytest.mark.parametrize("page", ["plant-now", "plant-setup", "ticket", "fault", "report-a-fault"])
def test_a_phone_scrolls_in_one_direction_only(browser, found, page):
	"""What is ours, that is: below a ticket Frappe shows an e-mail address that may be longer than a phone is wide."""
	browser.be_phone(*PHONE)
	try:
		PAGES[page].open(browser, found)
		right, hidden = browser.run(_REACH, PAGES[page].ours)
	finally:
		browser.be_no_phone()
	assert right <= PHONE[0]
	assert hidden == 0
