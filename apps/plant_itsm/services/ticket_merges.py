"""Tickets of incidents that have become part of another: merged into its ticket as Helpdesk itself merges tickets.

The merged ticket is closed and points to the other (is_merged, merged_with). What people have written on it is copied
to the ticket where the work goes on; the merged ticket keeps all of it, too.
"""

from __future__ import annotations

from html import escape

from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.ticket_comments import AUTHOR, COMMENT, TICKET, comment

COMMUNICATION = "Communication"
FILE = "File"
_LETTER_FIELDS = (
	"subject",
	"content",
	"communication_type",
	"communication_medium",
	"sent_or_received",
	"sender",
	"sender_full_name",
	"recipients",
	"communication_date",
)
_FILE_FIELDS = ("file_name", "file_url", "is_private")


def merge_parts(ports: Ports, root: Record) -> None:
	"""Merge the tickets of all parts of an incident into its own; those that are merged already stay as they are."""
	target = root["hd_ticket"]
	if not target:
		return  # a person has deleted it
	parts = ports.records.find("Line Stop", {"parent_stop": root["name"], "hd_ticket": ("is", "set")})
	for part in parts:
		ticket = ports.records.get(TICKET, part["hd_ticket"])
		if ticket is not None and not (ticket["is_merged"] and ticket["merged_with"] == target):
			_merge(ports.records, part, ticket["name"], root, target)


def _merge(records: Records, part: Record, source: str, root: Record, target: str) -> None:
	_carry_over(records, source, target)
	root_name = f"{root['title']} ({root['root_ci']})"
	records.update(TICKET, source, {"status": "Closed", "is_merged": True, "merged_with": target})
	comment(
		records,
		source,
		f"<p>This is part of {escape(root_name)}: merged into ticket {_link(target)}. What its machine does is still"
		" watched.</p>",
	)
	comment(
		records,
		target,
		f"<p>{escape(part['title'])} ({escape(part['root_ci'])}) is part of this incident: ticket {_link(source)}"
		" was merged into this one.</p>",
	)


def undo_merge(records: Records, stop: Record) -> None:
	"""Open the ticket of a stop again that is no longer part of another incident."""
	ticket = records.get(TICKET, stop["hd_ticket"])
	if ticket is None or not ticket["is_merged"]:
		return
	records.update(TICKET, ticket["name"], {"status": "Open", "is_merged": False, "merged_with": None})
	comment(
		records,
		ticket["name"],
		f"<p>{escape(stop['title'])} goes on although {_link(ticket['merged_with'])} is over: it is an incident of its"
		" own again.</p>",
	)


def _carry_over(records: Records, source: str, target: str) -> None:
	"""Copy what people have written and attached; the opening text and our own comments tell of the part alone."""
	for row in records.find(COMMENT, {"reference_ticket": source}, order_by="creation"):
		if row["commented_by"] != AUTHOR:
			copied = {"commented_by": row["commented_by"], "content": row["content"]}
			records.insert(COMMENT, {"reference_ticket": target, **copied})
	on_source = {"reference_doctype": TICKET, "reference_name": source}
	for row in records.find(COMMUNICATION, on_source, order_by="creation")[1:]:
		copied = {field: row[field] for field in _LETTER_FIELDS}
		records.insert(COMMUNICATION, {**on_source, "reference_name": target, **copied})
	attached = {"attached_to_doctype": TICKET, "attached_to_name": source}
	for row in records.find(FILE, attached, order_by="creation"):
		copied = {field: row[field] for field in _FILE_FIELDS}
		records.insert(FILE, {**attached, "attached_to_name": target, **copied})


def _link(ticket: str) -> str:
	return f'<a href="/helpdesk/tickets/{escape(str(ticket))}">#{escape(str(ticket))}</a>'
