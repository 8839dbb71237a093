"""Whoever has one of our roles signs in and stands before what the role needs first, without a fault on the way."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
	from tests.browser import Browser

ROLES_FILE = Path(__file__).parents[2] / "apps" / "plant_itsm" / "vocabulary" / "Role.csv"
ROLES = [row["role_name"] for row in csv.DictReader(ROLES_FILE.read_text("utf-8").splitlines())]
MACHINE = "Plant Gateway"
OPERATIONS = "/app/plant-operations", "Plant Now"
CHANGES = "/app/ot-change", "OT Change Request"
FIRST = {
	"CAB Member": CHANGES,
	"Finance Controller": ("/app/plant-costs", "Showback Statement"),
	"IT Change Manager": CHANGES,
	"Plant Admin": OPERATIONS,
	"Plant IT": ("/app/signals-and-health", "Listener Status"),
	"Plant Viewer": OPERATIONS,
	"Production Manager": OPERATIONS,
	"Robot Maintenance": OPERATIONS,
	"Safety Engineer": CHANGES,
	"Shift Leader": OPERATIONS,
}
"""Where a role comes to, and the first shortcut there."""
SHORTCUT = ".shortcut-widget-box"


def faults(browser: Browser) -> list[str]:
	return [*browser.refusals(), *browser.errors()]


@pytest.mark.parametrize("role", [role for role in ROLES if role != MACHINE])
def test_a_role_comes_to_its_workspace_and_sees_first_what_it_needs(chromium, site, role):
	path, first = FIRST[role]
	chromium.sign_in(site.person(role), site.password)
	chromium.wait(SHORTCUT)
	chromium.settle()
	assert chromium.path == path
	assert chromium.text(f"{SHORTCUT} .widget-title") == first
	assert faults(chromium) == []

	chromium.click(f"{SHORTCUT} .widget-title")
	chromium.wait_for_script("!frappe.get_route_str().startsWith('Workspaces')")
	chromium.settle()
	assert faults(chromium) == []


def test_the_account_of_a_gateway_has_none_of_our_workspaces(chromium, site):
	chromium.sign_in(site.person(MACHINE), site.password)
	chromium.wait(".desk-sidebar")
	chromium.settle()
	offered = {element.text for element in chromium.all(".desk-sidebar .sidebar-item-label")}
	assert "Home" in offered
	assert offered.isdisjoint({"Plant Operations", "OT Change", "Plant Costs", "Signals and Health"})
