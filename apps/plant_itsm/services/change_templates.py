"""Standard changes: a template that somebody has approved vouches for the changes that are made from it."""

from __future__ import annotations

from plant_itsm.ports import Clock, Record, Records

DOCTYPE = "Standard Change Template"


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""Who has approved a template and when. With other content it has to be approved anew."""
	before = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	was_approved = before is not None and before["approved"]
	if not record["approved"] or (was_approved and _content(before or {}) != _content(record)):
		return {"approved": False, "approved_by": None, "approved_at": None}
	if before is not None and was_approved:
		return {"approved_by": before["approved_by"], "approved_at": before["approved_at"]}
	writer = records.writer()
	return {"approved_by": writer.user, "approved_at": clock.now().replace(microsecond=0)}


def _content(record: Record) -> tuple[object, ...]:
	cis = sorted(row["ci"] for row in record["cis"])
	return record["change_type"], record["duration_minutes"], (record["description"] or "").strip(), cis


def covers(records: Records, change: Record) -> bool:
	"""Whether the template of a change vouches for it: for its type, no more time than it gives, and only its CIs.

	Who has approved the template cannot use it: that would be an approval of one's own change.
	"""
	template = records.get(DOCTYPE, change["template"]) if change.get("template") else None
	if template is None or not template["approved"] or template["change_type"] != change["change_type"]:
		return False
	if template["approved_by"] in (change["requested_by"], change.get("entered_by")):
		return False
	allowed = {row["ci"] for row in template["cis"]}
	is_short = (change.get("duration_minutes") or 0) <= template["duration_minutes"]
	return is_short and (not allowed or allowed.issuperset(row["ci"] for row in change["cis"] if row["ci"]))
