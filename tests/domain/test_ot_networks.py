"""Where a worker may connect to: never to what is no machine of a plant, nor beside networks that are named."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.ot_networks import EVERYWHERE, check_host, host_of, ot_networks, stays_here

PLANT = ot_networks("10.20.0.0/16, 192.168.7.15\n2001:db8:5::/48")


@pytest.mark.parametrize(
	"address",
	[
		"169.254.169.254",
		"::ffff:169.254.169.254",
		"fe80::1",
		"fe80::1%eth0",
		"100.100.100.200",
		"192.0.0.192",
		"fd00:ec2::254",
		"224.0.0.1",
		"ff02::1",
		"0.0.0.0",
		"::",
		"255.255.255.255",
	],
)
def test_what_is_no_machine_of_a_plant_is_refused_whatever_the_list_says(address):
	everything = ot_networks("0.0.0.0/0 ::/0")
	for networks in (EVERYWHERE, everything, PLANT):
		assert "where no machine of a plant is" in networks.refusal(address)


@pytest.mark.parametrize(
	("address", "is_allowed"),
	[
		("10.20.3.4", True),
		("192.168.7.15", True),
		("2001:db8:5::7", True),
		("::ffff:10.20.3.4", True),
		("10.21.0.1", False),
		("192.168.7.16", False),
		("127.0.0.1", False),
		("2001:db8:6::7", False),
	],
)
def test_with_networks_named_nothing_else_is_reached(address, is_allowed):
	assert (PLANT.refusal(address) == "") == is_allowed
	assert EVERYWHERE.refusal(address) == ""


@given(st.ip_addresses(), st.integers(0, 32))
def test_what_is_allowed_lies_in_a_named_network(address, bits):
	network = ipaddress.ip_network((f"{address}" if address.version == 4 else "10.0.0.0", bits), strict=False)
	refusal = ot_networks(str(network)).refusal(str(address))
	assert refusal or address in network or address.ipv4_mapped in network


def test_a_host_name_is_looked_at_when_it_is_resolved():
	assert PLANT.refusal("broker.example") == ""


@pytest.mark.parametrize("text", ["10.20.0.1/16", "plant", "10.20.0.0/40", "300.1.1.1"])
def test_what_is_no_network_is_refused_with_its_field(text):
	with pytest.raises(InvalidRecordError, match="OT network") as refusal:
		ot_networks(text)
	assert refusal.value.fieldname == "ot_networks"


@pytest.mark.parametrize(
	("fields", "fieldname"),
	[
		({"protocol": "MQTT", "host": " 169.254.169.254"}, "host"),
		({"protocol": "OPC UA", "endpoint_url": "opc.tcp://169.254.169.254:80/latest"}, "endpoint_url"),
		({"protocol": "OPC UA", "endpoint_url": "opc.tcp://[fe80::1]:4840"}, "endpoint_url"),
	],
)
def test_a_connection_that_leads_there_is_not_kept(fields, fieldname):
	with pytest.raises(InvalidRecordError, match="OT Connection MES") as refusal:
		check_host(EVERYWHERE, {"connection_name": "MES", **fields})
	assert refusal.value.fieldname == fieldname


def test_an_address_that_cannot_be_read_is_told_by_others():
	broken = {"protocol": "OPC UA", "connection_name": "PLC", "endpoint_url": "opc.tcp://[::1"}
	assert host_of(broken) == ""
	check_host(PLANT, broken)


@pytest.mark.parametrize(
	("host", "stays"),
	[
		("localhost", True),
		("127.0.0.1", True),
		("127.9.9.9", True),
		("::1", True),
		("127.example.com", False),
	],
)
def test_what_stays_on_this_machine(host, stays):
	assert stays_here(host) is stays
