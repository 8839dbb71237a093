"""Addresses of OPC UA rules: a node id, or the alarms that a notifier tells of.

`ns=2;s=Line3.Robot.State` is the value of a node. `alarms(i=2253)` are all alarms of the notifier i=2253 (the Server
object); `alarms(i=2253)/Robot AR-042` those of one source; `alarms(i=2253)/Robot AR-042/Collision` one condition of it.
`+` stands for any one name. Each alarm has the address `alarms(notifier)/source name/condition name/condition id`, and
a rule looks at whatever lies below its own address: two conditions that share their names stay two.
"""

from __future__ import annotations

import hashlib
import re

from plant_itsm.domain.errors import RuleError

NODE_ID = re.compile(r"(?:ns=\d{1,5};|nsu=[^;]+;)?(?:i=\d{1,10}|[sgb]=.+?)", re.DOTALL)
"""A node id in its text form (OPC UA part 6, 5.3.1.10), with a namespace's index or its URI."""

_NOTIFIER = re.compile(rf"alarms\(({NODE_ID.pattern})\)(?=/|\Z)", re.DOTALL)
_LONGEST_NAME, _LONGEST_NOTIFIER = 120, 130  # with its three levels an address fits into 500 characters
_OF_ALARMS = "active"


def notifier_address(address: str) -> str | None:
	"""`alarms(node id)`, the first part of the address of alarms; None for any other address."""
	found = _NOTIFIER.match(address)
	return found.group(0) if found else None


def notifier_node(address: str) -> str | None:
	"""The node id of the notifier in the address of alarms; None for any other address."""
	found = _NOTIFIER.match(address)
	return found.group(1) if found else None


def alarm_address(notifier: str, source: str, condition: str, condition_id: str) -> str:
	"""The address of one condition. `notifier` is a notifier_address; names may hold anything."""
	return "/".join((notifier, level(source), level(condition), _bounded(condition_id.replace("\0", "%00"))))


def level(name: str) -> str:
	"""A name as one level of an address: what would part levels or match many is written as %2F, %2B, %23 and %25, and
	the null character as %00."""
	for sign in "%/+#\0":
		name = name.replace(sign, f"%{ord(sign):02X}")
	return _bounded(name)


def _bounded(name: str) -> str:
	"""A name that fits into an address; of a longer one the beginning and a digest of the whole. What is no text
	(half a character) is written out."""
	name = name.encode("utf-8", "backslashreplace").decode()
	if len(name) <= _LONGEST_NAME:
		return name
	digest = hashlib.sha256(name.encode()).hexdigest()[:8]
	return f"{name[: _LONGEST_NAME - 9]}~{digest}"


def address_filter(address: str) -> str:
	"""The filter that a rule with this address stands for: one for alarms takes in all that lies below it."""
	if notifier_address(address) is None or address.endswith("/#"):
		return address
	return f"{address}/#"


def default_value_path(address: str) -> str | None:
	"""The value that a rule without a value path looks at: of an alarm whether it is active."""
	return _OF_ALARMS if notifier_address(address) else None


def check_opcua_address(what: str, address: str, *, watched: bool = False) -> None:
	"""Refuse what is neither a node id nor the address of alarms.

	`what` names the rule in the error's text; `watched` tells whether it has a watchdog.
	"""
	notifier = notifier_address(address)
	if notifier is None:
		if not NODE_ID.fullmatch(address):
			raise RuleError(
				f"{what}: {address!r} is no OPC UA node id. Write it like ns=2;s=Line3.Robot.State,"
				" or alarms(i=2253)/source name/condition name for alarms."
			)
		return
	if len(notifier) > _LONGEST_NOTIFIER:
		raise RuleError(
			f"{what}: {notifier!r} has {len(notifier)} characters, and {_LONGEST_NOTIFIER} at most leave room for the"
			" names of alarms. Name a notifier with a shorter node id."
		)
	for name in address[len(notifier) :].removesuffix("/#").split("/"):
		if name != "+" and any(sign in name for sign in "+#\0"):
			raise RuleError(
				f"{what}: {name!r} in {address!r} cannot be a name: + stands alone for any name, # for the rest at the"
				" end. Write a + that belongs to a name as %2B, a # as %23, a / as %2F."
			)
	if watched:
		raise RuleError(
			f"{what}: alarms come when something happens, not in between, so that their silence means nothing."
			" Enter 0 in no signal seconds, and watch a value of the server, for example i=2258 (its clock)."
		)
