"""Who has taken notice of an incident stays known when a root that shows late adopts it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.ports import Records
from plant_itsm.services.incident_book import IncidentBook
from plant_itsm.services.timeline import clock_text, tell, zone_of


def keep_acknowledgement(records: Records, book: IncidentBook, root: str, joining: Sequence[str]) -> None:
	"""Let an incident that nobody has acknowledged have the first acknowledgement of those that become part of it.

	Only that: whoever was sent or repairs is at the machine of the part.
	"""
	adopting = book[root]
	if adopting["stage"] not in (None, "", Stage.DETECTED):
		return
	acknowledged = [book[name] for name in joining if book[name]["acknowledged_at"]]
	if not acknowledged:
		return
	first = min(acknowledged, key=lambda stop: (stop["acknowledged_at"], stop["name"]))
	at, by = first["acknowledged_at"], first["acknowledged_by"]
	values = {"stage": Stage.ACKNOWLEDGED, "acknowledged_at": at, "acknowledged_by": by}
	book.save_drafts()
	book.write(root, values)
	when = clock_text(at, zone_of(records, adopting))
	text = f"Acknowledged at {when} by {by}, as {first['title']}, which is part of this now."
	tell(records, adopting, f"<p>{escape(text)}</p>")
