"""The gates of the life cycle, state by state and role by role."""

from dataclasses import replace
from datetime import date

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.life_cycle import NEXT, ROLES, Asset, LifeCycleState, check_transition

S = LifeCycleState
TODAY = date(2026, 6, 1)
ADMIN = frozenset({"Plant Admin"})
WHOLE = Asset("AR-042", None, True, "Robotics", True, "Line 3", "4711", None, (), "Sold", "/files/c.pdf")


def at(state, **more):
	return replace(WHOLE, state=state, **more)


def refused(asset, to, roles=ADMIN):
	with pytest.raises(InvalidRecordError) as error:
		check_transition(asset, to, roles, TODAY)
	return str(error.value)


def test_the_seeds_ten_states_are_all_there_and_lead_to_the_last():
	reached = {S.DESIGN}
	for _ in LifeCycleState:
		reached |= {state for one in reached for state in NEXT[one]}
	assert len(LifeCycleState) == 10
	assert reached == set(LifeCycleState)


@pytest.mark.parametrize("state", LifeCycleState)
def test_a_state_leads_only_where_it_may(state):
	for to in LifeCycleState:
		if to in NEXT[state]:
			check_transition(at(state), to, ADMIN, TODAY)
		else:
			assert f"from {state} it leads to" in refused(at(state), to)


@pytest.mark.parametrize("to", LifeCycleState)
def test_each_state_is_for_its_roles(to):
	before = next((state for state in LifeCycleState if to in NEXT[state]), None)
	for role in ("Plant Admin", "Plant IT", "Robot Maintenance", "Finance Controller", "Plant Viewer"):
		if role in ROLES[to]:
			check_transition(at(before), to, frozenset({role}), TODAY)
		else:
			assert "that is for" in refused(at(before), to, frozenset({role}))


@pytest.mark.parametrize(
	("to", "before", "lacking", "said"),
	[
		(S.COMMISSIONING, S.INSTALLATION, {"monitored": False}, "no Signal Rule watches it"),
		(S.COMMISSIONING, S.INSTALLATION, {"owner": ""}, "its owner team is missing"),
		(S.COMMISSIONING, S.INSTALLATION, {"has_backup": False}, "no CI Program Version"),
		(S.COMMISSIONING, S.INSTALLATION, {"end_of_life_on": date(2026, 5, 31)}, "end of life on 2026-05-31"),
		(S.IN_PRODUCTION, S.COMMISSIONING, {"production_line": ""}, "production line is missing"),
		(S.IN_PRODUCTION, S.COMMISSIONING, {"cost_center": ""}, "cost centre is missing"),
		(S.DECOMMISSION, S.ASSESSMENT, {"needs": ("SW fails with it",)}, "still needed: SW fails with it"),
		(S.DECOMMISSION, S.ASSESSMENT, {"spare_decision": ""}, "becomes of its spares"),
		(S.DECOMMISSION, S.ASSESSMENT, {"certificate": ""}, "certificate of its disposal"),
	],
)
def test_a_gate_names_what_is_missing(to, before, lacking, said):
	assert said in refused(at(before, **lacking), to)
