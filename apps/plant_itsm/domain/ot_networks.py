"""Which hosts the workers may connect to, because a record says so.

Whoever may write an OT Connection or the address of a CI chooses where a worker knocks. So an administrator can name
the networks of the plant, and some addresses are nobody's machine: they are refused whatever the list says.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import Protocol

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FIELD = "ot_networks"
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254")))
"""Where clouds hand out credentials, beside the link-local 169.254.169.254."""


@dataclass(frozen=True)
class OtNetworks:
	"""allowed: the networks of the plant; none of them means every network."""

	allowed: tuple[Network, ...] = ()

	def refusal(self, text: str) -> str:
		"""Why nothing connects to an IP address, with the way out; "" where it may, or where `text` is a host name."""
		address = _address(text)
		if address is None:
			return ""
		kind = _never(address)
		if kind:
			return f"{text} is {kind}, where no machine of a plant is. Enter the machine's own address."
		if self.allowed and not any(address in network for network in self.allowed):
			return (
				f"{text} is in none of the networks of Plant ITSM Settings (OT networks). Correct the address, or let"
				" an administrator add its network there."
			)
		return ""


EVERYWHERE = OtNetworks()


def ot_networks(text: str | None) -> OtNetworks:
	"""Networks like 10.20.0.0/16, one a line or separated by commas. Raises InvalidRecordError."""
	networks = []
	for part in (text or "").replace(",", "\n").split():
		try:
			networks.append(ipaddress.ip_network(part))
		except ValueError as error:
			raise InvalidRecordError(
				f"Plant ITSM Settings: OT network {part!r} is none ({error}). Write for example 10.20.0.0/16 or"
				" 192.168.7.15, one a line.",
				fieldname=FIELD,
				value=part,
			) from None
	return OtNetworks(tuple(networks))


def check_host(networks: OtNetworks, connection: Mapping[str, Any]) -> None:
	"""Refuse an OT Connection that is led by its address to where nothing may connect. A name is looked at when it is
	resolved, before each connect. Raises InvalidRecordError."""
	refusal = networks.refusal(host_of(connection))
	if refusal:
		name = connection["connection_name"]
		fieldname = _field(connection)
		value = connection[fieldname]
		raise InvalidRecordError(
			f"OT Connection {name}: {fieldname}: {refusal}", fieldname=fieldname, value=value
		)


def host_of(connection: Mapping[str, Any]) -> str:
	"""The host of an OT Connection; "" where none can be read from it, which the listener's settings tell."""
	fieldname = _field(connection)
	value = str(connection.get(fieldname) or "").strip()
	if fieldname == "host":
		return value
	try:
		return urlsplit(value).hostname or ""
	except ValueError:
		return ""


def _field(connection: Mapping[str, Any]) -> str:
	return "endpoint_url" if connection["protocol"] == Protocol.OPC_UA else "host"


def stays_here(host: str) -> bool:
	"""Whether what is sent to a host does not leave this machine."""
	address = _address(host)
	return host == "localhost" or (address is not None and address.is_loopback)


def _address(text: str) -> Address | None:
	try:
		address = ipaddress.ip_address(text.partition("%")[0].strip("[]"))
	except ValueError:
		return None
	mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
	return mapped or address


def _never(address: Address) -> str:
	if address.is_link_local:
		return "a link-local address"
	if address in _METADATA:
		return "a metadata address of a cloud"
	if address.is_multicast:
		return "a multicast address"
	if address.is_unspecified or address == ipaddress.IPv4Address("255.255.255.255"):
		return "no address of one machine"
	return ""
