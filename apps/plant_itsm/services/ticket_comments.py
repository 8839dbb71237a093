"""What plant_itsm says on tickets."""

from __future__ import annotations

from plant_itsm.ports import Records

TICKET = "HD Ticket"
COMMENT = "HD Ticket Comment"
AUTHOR = "Administrator"
"""Who comments on tickets on behalf of plant_itsm."""


def comment(records: Records, ticket: str, content: str, by: str = AUTHOR) -> None:
	"""content: HTML. by: the user whose doing it was."""
	records.insert(COMMENT, {"reference_ticket": ticket, "commented_by": by, "content": content})
