"""Alarms of OPC UA (part 9, Alarms & Conditions): what a rule sees of them, and the severity bands of a connection.

A rule looks into the document of an alarm: active, acked, confirmed, shelved, retain, enabled (true, false, or null
where the condition does not have that state), severity (1 to 1000), band (the word of its severity), alarm (the band
while the alarm is active, else "normal"), message, source, condition, condition_id, branch_id, event_id, event_type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, PayloadError

DEFAULT_BANDS = ((667, "error"), (334, "warning"), (1, "information"))
"""(lowest severity, word): thirds of the scale, as several companion specifications cut it."""

NORMAL = "normal"
"""The state of an alarm that is not active (ISA-18.2)."""

SHELVED_AT_SOURCE = "shelved at the source"
GONE_FROM_SOURCE = "gone from the source's alarms"
NOT_RETAINED = "not retained at the source"
RETAINED = "retained"
"""In the one document that is no alarm: digests of the alarms that a source has told on ConditionRefresh."""

_LOWEST, _HIGHEST = 1, 1000

Bands = Collection[tuple[int, str]]


def band_of(severity: int, bands: Bands) -> str:
	"""The word of the band that a severity falls into; "" below the lowest band."""
	reached = [(lowest, word) for lowest, word in bands or DEFAULT_BANDS if lowest <= severity]
	return max(reached)[1] if reached else ""


def check_bands(connection: str, bands: Iterable[tuple[int, str]]) -> None:
	"""Refuse severities that OPC UA does not know, or that two bands begin with."""
	seen: dict[int, str] = {}
	for lowest, word in bands:
		what = f"OT Connection {connection}: severity band {word!r}"
		if not _LOWEST <= lowest <= _HIGHEST:
			raise InvalidRecordError(
				f"{what} begins at {lowest}, but severities of OPC UA are {_LOWEST} to {_HIGHEST}."
				" Enter a lowest severity in this range."
			)
		if lowest in seen:
			raise InvalidRecordError(
				f"{what} begins at {lowest}, as {seen[lowest]!r} does. Keep one of them."
			)
		seen[lowest] = word


def judged(document: Any, bands: Bands) -> dict[str, Any]:
	"""The document of an alarm with its band. Raises PayloadError for one that no listener has written."""
	severity = document.get("severity") if isinstance(document, dict) else None
	if isinstance(severity, bool) or not isinstance(severity, int):
		raise PayloadError(
			"the document of an alarm has no severity: let no one but the listener write to its stream"
		)
	band = band_of(severity, bands)
	return {**document, "band": band, "alarm": band if document.get("active") else NORMAL}


def ended(address: str) -> dict[str, Any]:
	"""The document of an alarm that its source no longer tells of: it is over, and nobody has to act on it."""
	_, source, condition, condition_id = (address.split("/", 3) + [""] * 3)[:4]
	states = {
		"active": False,
		"acked": True,
		"confirmed": True,
		"shelved": False,
		"retain": False,
		"enabled": True,
	}
	severity = {"severity": 0, "band": "", "alarm": NORMAL, "message": ""}
	names = {"source": source, "condition": condition, "condition_id": condition_id}
	return {**states, **severity, **names, "branch_id": None, "event_id": None, "event_type": None}


def remark_of(document: Mapping[str, Any]) -> str:
	"""What the source says of the alarm beside its state, "; " between the parts; "" for nothing: what operators have
	done with it, and that it would leave it out on ConditionRefresh though it is active."""
	parts = []
	if document.get("confirmed"):
		parts.append("confirmed at the source")
	elif document.get("acked"):
		parts.append("acknowledged at the source")
	if is_unretained(document):
		parts.append(NOT_RETAINED)
	return "; ".join(parts)


def is_unretained(document: Mapping[str, Any]) -> bool:
	"""Whether an alarm is active, but no longer of interest to its source: its silence proves no end then. Part 9
	wants active alarms retained; some servers let go of those that have been acknowledged and confirmed."""
	return bool(document.get("active")) and document.get("retain") is False


def digest_of(address: str) -> str:
	"""The address of an alarm in 16 characters."""
	return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:16]
