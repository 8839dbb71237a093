"""Windows as an iCalendar file (RFC 5545), one event per occurrence in UTC: no client has to follow a rule over DST."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

from plant_itsm.domain.change_windows import Occurrence
from plant_itsm.domain.change_words import WindowKind

LINE_BYTES = 75
PRODUCT = "-//plant_itsm//OT Change//EN"
_STAMP = "%Y%m%dT%H%M%SZ"


def as_icalendar(occurrences: Iterable[Occurrence], now: datetime) -> str:
	lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
	for one in occurrences:
		lines += _event(one, now)
	return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(one: Occurrence, now: datetime) -> list[str]:
	start = _utc(one.span.start)
	return [
		"BEGIN:VEVENT",
		f"UID:{_escaped(one.window)}-{start}@plant_itsm",
		f"DTSTAMP:{_utc(now)}",
		f"DTSTART:{start}",
		f"DTEND:{_utc(one.span.end)}",
		f"SUMMARY:{_escaped(f'{one.kind}: {one.window}')}",
		f"TRANSP:{'OPAQUE' if one.kind == WindowKind.FREEZE else 'TRANSPARENT'}",
		"END:VEVENT",
	]


def _utc(moment: datetime) -> str:
	return moment.astimezone(timezone.utc).strftime(_STAMP)


def _escaped(text: str) -> str:
	for character in ("\\", ";", ","):
		text = text.replace(character, f"\\{character}")
	return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
	"""Lines of at most 75 octets; those that go on begin with a blank (3.1)."""
	part = ""
	for character in line:
		if len((part + character).encode()) > LINE_BYTES:
			yield part
			part = " "
		part += character
	yield part
