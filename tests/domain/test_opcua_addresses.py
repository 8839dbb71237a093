import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.opcua_addresses import (
	alarm_address,
	check_opcua_address,
	default_value_path,
	level,
	notifier_address,
	notifier_node,
)
from plant_itsm.domain.rules import SignalRule, check_rule, topic_matches
from plant_itsm.domain.vocabulary import Condition, EventKind, Protocol
from plant_itsm.services.rules import RuleBook

COLLISION = alarm_address("alarms(i=2253)", "Robot AR-042", "Collision", "ns=2;i=5001")


def rule(address, **fields):
	return SignalRule(
		address, "PLC", address, Condition.EQUALS, "true", "AR-042", EventKind.LINE_STOP, **fields
	)


@pytest.mark.parametrize(
	("address", "node"),
	[
		("alarms(i=2253)", "i=2253"),
		("alarms(ns=2;s=Line (3))/Robot", "ns=2;s=Line (3)"),
		("alarms(nsu=urn:plant;s=A/B)/+/Collision", "nsu=urn:plant;s=A/B"),
		("alarms(ns=2;s=A)B)/x", "ns=2;s=A)B"),
		("ns=2;s=alarms(i=2253)", None),
		("alarms(Server)", None),
		("alarms(i=2253", None),
		("alarms(i=2253)Robot", None),
		("plant/alarms(1)/state", None),
	],
)
def test_the_notifier_of_an_address(address, node):
	assert notifier_node(address) == node
	assert notifier_address(address) == (node and f"alarms({node})")


@pytest.mark.parametrize(
	("address", "matches"),
	[
		("alarms(i=2253)", True),
		("alarms(i=2253)/#", True),
		("alarms(i=2253)/Robot AR-042", True),
		("alarms(i=2253)/Robot AR-042/Collision", True),
		("alarms(i=2253)/+/Collision", True),
		("alarms(i=2253)/Robot AR-042/Collision/ns=2;i=5001", True),
		("alarms(i=2253)/Robot AR-042/Collision/ns=2;i=5002", False),
		("alarms(i=2253)/Robot AR-04", False),
		("alarms(i=2254)", False),
	],
)
def test_a_rule_looks_at_all_alarms_below_its_address(address, matches):
	assert bool(RuleBook([rule(address)]).rules_for(COLLISION)) is matches


@pytest.mark.parametrize(
	"address",
	[
		"i=2253",
		"ns=2;s=a;b=c",
		"nsu=urn:plant:3;s=X",
		"ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a",
		"ns=2;b=AP8=",
	],
)
def test_node_ids_are_addresses_in_all_their_forms(address):
	check_opcua_address("rule", address)


@pytest.mark.parametrize(
	("address", "told"),
	[
		("Robot", "no OPC UA node id"),
		("ns=2;x=1", "no OPC UA node id"),
		("ns=2;i=one", "no OPC UA node id"),
		("alarms(Server)", "no OPC UA node id"),
		("alarms(i=2253)/Robot+/Collision", "'Robot\\+' .* as %2B"),
		("alarms(i=2253)/#/Collision", "# for the rest"),
		("alarms(i=2253)/Ro\0bot", "cannot be a name"),
		(f"alarms(ns=2;s={'x' * 130})", "has 145 characters"),
	],
)
def test_other_addresses_are_refused_with_the_way_out(address, told):
	with pytest.raises(RuleError, match=told):
		check_opcua_address("rule", address)


def test_alarms_cannot_be_watched_for_silence():
	with pytest.raises(RuleError, match="their silence means nothing"):
		check_rule(rule("alarms(i=2253)", no_signal_seconds=30.0), Protocol.OPC_UA)


def test_an_alarm_is_judged_by_whether_it_is_active():
	assert default_value_path("alarms(i=2253)/Robot") == "active"
	assert default_value_path("ns=2;s=Robot") is None


@given(st.text(), st.text(), st.text())
def test_whatever_the_names_an_address_has_four_levels_and_fits_into_its_field(
	source, condition, condition_id
):
	address = alarm_address("alarms(i=2253)", source, condition, condition_id)
	assert len(address) <= 500 - 130 + len("alarms(i=2253)")
	assert topic_matches(f"alarms(i=2253)/{level(source)}/+/#", address)
	assert address.split("/")[1:3] == [level(source), level(condition)]
	assert notifier_address(address) == "alarms(i=2253)"


def test_long_names_that_differ_at_their_end_stay_different():
	names = {level("x" * 500 + end) for end in "ab"}
	assert len(names) == 2
	assert all(len(name) == 120 for name in names)
