"""What happened to a line stop, told where people look: on the stop and on its ticket."""

from __future__ import annotations

from datetime import datetime, tzinfo

from plant_itsm.ports import Record, Records
from plant_itsm.services.lines import zone_of_site
from plant_itsm.services.ticket_comments import AUTHOR, comment


def zone_of(records: Records, stop: Record) -> tzinfo:
	"""The time zone of the people around a stop: that of its root CI's site; UTC where none is known."""
	ci = records.get("OT CI", stop["root_ci"]) if stop["root_ci"] else None
	return zone_of_site(records, ci["plant_site"] if ci else None)


def clock_text(at: datetime, zone: tzinfo) -> str:
	"""`2026-06-01 10:00:00 CEST`"""
	return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def tell(records: Records, stop: Record, content: str, by: str | None = None) -> None:
	"""Comment on a Line Stop and on its ticket, if it has one. content: HTML. by: the user whose doing it was."""
	author = by or AUTHOR
	records.insert(
		"Comment",
		{
			"comment_type": "Comment",
			"reference_doctype": "Line Stop",
			"reference_name": stop["name"],
			"comment_email": author,
			"content": content,
		},
	)
	if stop["hd_ticket"]:  # else it has none, or a person has deleted it
		comment(records, stop["hd_ticket"], content, author)
