"""What the attributes of an OT inventory must satisfy: life cycle, hardware addresses, addresses in a segment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address

from plant_itsm.domain.errors import InvalidRecordError

_MAC_ADDRESS = re.compile(r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")


def mac_address_problems(what: str, mac_address: str | None) -> Iterator[InvalidRecordError]:
	if mac_address and not _MAC_ADDRESS.fullmatch(mac_address):
		yield InvalidRecordError(
			f"{what}: MAC address {mac_address!r} is not six bytes in hexadecimal."
			" Write it like 00:1B:1B:12:34:56 or 00-1B-1B-12-34-56.",
			fieldname="mac_address",
			value=mac_address,
		)


def life_cycle_problems(
	what: str, commissioned_on: date | None, end_of_life_on: date | None
) -> Iterator[InvalidRecordError]:
	if commissioned_on and end_of_life_on and end_of_life_on < commissioned_on:
		yield InvalidRecordError(
			f"{what}: end of life on {end_of_life_on} lies before its commissioning on {commissioned_on}."
			" Correct one of the dates.",
			fieldname="end_of_life_on",
			value=end_of_life_on,
		)


def serial_no_problems(
	what: str, manufacturer: str, serial_no: str, others: Iterable[str]
) -> Iterator[InvalidRecordError]:
	"""others: the names of the other CIs in use with the same serial number of the same manufacturer."""
	for other in others:
		yield InvalidRecordError(
			f"{what}: serial number {serial_no!r} of {manufacturer} is that of {other} already."
			" Correct it, or retire the CI that is gone.",
			fieldname="serial_no",
			value=serial_no,
		)
		return


def address_problems(segment: str, members: Iterable[tuple[str, str | None]]) -> Iterator[InvalidRecordError]:
	"""Refuse addresses that are none, and one that two members of a segment share. members: (ci, ip_address)."""
	owners: dict[IPv4Address | IPv6Address, str] = {}
	for row, (ci, text) in enumerate(members, start=1):
		if not text:
			continue
		address = _address(text)
		if address is None:
			reason = "is no IP address. Write it like 10.1.43.2, without a prefix length."
		elif address in owners:
			reason = f"is that of {owners[address]} already. Give each member its own."
		else:
			owners[address] = ci
			continue
		yield InvalidRecordError(
			f"Network Segment {segment}: IP address {text!r} of {ci} {reason}",
			fieldname="members.ip_address",
			value=text,
			row=row,
		)


def _address(text: str) -> IPv4Address | IPv6Address | None:
	try:
		return ip_address(text)
	except ValueError:
		return None
