"""What can be called over the network."""

import pytest

from tests.security.sources import modules
from tests.security.whitelisted import endpoints

GUESTS: frozenset[str] = frozenset()
"""Nothing is open to who is not logged in."""
RATE_LIMITED = {"api/fault_reports.py::report"}
"""What a crowd may call: everybody who can read a label."""

ASKED_ELSEWHERE = {
	"api/costs.py::workbook: it asks for no right": "Frappe's run of the report asks for its roles, and for export",
}


def _endpoints():
	return [one for name, source in modules() for one in endpoints(name, source)]


def test_there_are_endpoints_to_look_at():
	assert len(_endpoints()) > 30


def test_each_is_annotated_declares_its_methods_and_asks_for_a_right():
	found = {f"{one.name}: {problem}" for one in _endpoints() for problem in one.problems}
	assert found == set(ASKED_ELSEWHERE)


def test_guests_reach_nothing_but_what_is_listed():
	assert {one.name for one in _endpoints() if one.allows_guests} == GUESTS


def test_what_a_crowd_may_call_has_a_rate_limit():
	assert {one.name for one in _endpoints() if one.rate_limited} >= RATE_LIMITED


@pytest.mark.parametrize(
	("planted", "problem"),
	[
		(
			"@frappe.whitelist(methods=['GET'])\ndef f(a) -> str:\n\tfrappe.has_permission('X')",
			"a is not annotated",
		),
		(
			"@frappe.whitelist(methods=['GET'])\ndef f():\n\tfrappe.has_permission('X')",
			"returns is not annotated",
		),
		("@frappe.whitelist()\ndef f() -> str:\n\tfrappe.has_permission('X')", "methods are not declared"),
		("@frappe.whitelist(methods=['GET'])\ndef f() -> str:\n\treturn 'secret'", "asks for no right"),
	],
)
def test_what_breaks_a_rule_is_found(planted, problem):
	(endpoint,) = endpoints("api/planted.py", planted)
	assert any(problem in one for one in endpoint.problems)


def test_a_guest_is_found():
	planted = "@frappe.whitelist(allow_guest=True)\ndef f() -> str: ..."
	assert endpoints("api/planted.py", planted)[0].allows_guests
