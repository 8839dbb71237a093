"""A change on its way: refused with what is missing, moved to a date that works, approved, started."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

REQUEST = "/api/resource/OT Change Request"
FORM, REFUSAL = ".form-layout .form-page", ".modal.show .msgprint"
ANSWERS = "Which lines stop when the MES does not answer?"


@pytest.fixture
def change(browser, site) -> str:
	"""A request for the interface of line 3 in five weeks, when no window is open."""
	browser.log_in(site.person("Plant IT"), site.password)
	browser.open("/app/user-profile", "body")
	at = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0) + timedelta(weeks=5)
	values: dict[str, Any] = {
		"title": "Desk tests",
		"change_type": "MES configuration",
		"requested_by": site.person("Plant IT"),
		"cis": [{"ci": "MES-IF-L3"}],
		"planned_start": str(at),
		"duration_minutes": 60,
		"risk_answers": [{"question": ANSWERS, "answer": "Assembly Line 3 slows down."}],
	}
	return str(browser.call(REQUEST, values)["data"]["name"])


def test_it_is_refused_moved_by_the_finder_approved_and_started(browser, site, change):
	form = f"/app/ot-change-request/{change}"
	browser.open(form, FORM)
	act(browser, "Assess")
	act(browser, "Ask for Approval", refused=True)
	assert "cannot become In Approval" in browser.text(REFUSAL)
	assert "window" in browser.text(REFUSAL)
	browser.close_dialog()

	browser.click("[data-label='Find%20a%20Window']")
	browser.wait_for_dialog()
	browser.click(".modal.show [data-start]")
	browser.wait_until_gone(".modal-backdrop")
	browser.wait_for_script("cur_frm.doc.change_window && !cur_frm.is_dirty()")
	act(browser, "Ask for Approval")

	approve(browser, site, form)
	browser.log_in(site.person("Plant IT"), site.password)
	browser.open(form, FORM)
	act(browser, "Schedule")
	act(browser, "Start", refused=True)
	assert "Database Snapshot" in browser.text(REFUSAL)
	browser.close_dialog()
	prepare(browser, change)
	browser.open(form, FORM)
	act(browser, "Start")
	assert browser.run("return cur_frm.doc.status") == "In Progress"
	end(browser, change)


def act(browser, label: str, *, refused: bool = False) -> None:
	"""The button of the workflow, up to the state that it leads to, or to the message that says why not."""
	before = browser.run("return cur_frm.doc.status")
	browser.click(".actions-btn-group > button")
	browser.click_text(".actions-btn-group .dropdown-item", label)
	if refused:
		browser.wait(REFUSAL)
	else:
		browser.wait_for_script("cur_frm.doc.status !== arguments[0] && !cur_frm.is_dirty()", before)
		browser.settle()


def approve(browser, site, form: str) -> None:
	browser.log_in(site.person("IT Change Manager"), site.password)
	browser.open(form, FORM)
	browser.click(".inner-group-button[data-label='Decide'] > button")
	browser.click("[data-label='Approved']")
	browser.wait_for_dialog()
	browser.type(".modal.show textarea", "Fine.")
	browser.click_text(".modal.show .btn-modal-primary", "Submit")
	browser.wait_for_script("cur_frm.doc.approvals.length")


def prepare(browser, change: str) -> None:
	"""The way back, and the steps before the start."""
	taken = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0) - timedelta(minutes=10)
	rows = browser.call(f"{REQUEST}/{change}")["data"]["checklist"]
	done = [{**row, "done": 1} if row["due"] == "Before Start" else row for row in rows]
	snapshot = {"kind": "Database Snapshot", "taken_at": str(taken), "reference": "backup:/mes/desk-tests"}
	browser.change(f"{REQUEST}/{change}", {"artefacts": [snapshot], "checklist": done})


def end(browser, change: str) -> None:
	"""So that the next run finds nothing in its way."""
	browser.change(
		f"{REQUEST}/{change}",
		{"status": "Rolled Back", "reason": "A test.", "restored_note": "The snapshot."},
	)
