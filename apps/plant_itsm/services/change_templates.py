"""Standard changes: a template that the approvers of its type have approved vouches for the changes made from it."""

from __future__ import annotations

import hashlib
import json

from plant_itsm.domain.change_approvals import missing_approvals
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.change_signatures import Signing, approvals_of, electorate_of, signed_rows
from plant_itsm.services.change_types import change_type_named

DOCTYPE = "Standard Change Template"


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""Signed approvals, and whether they are all that the type asks for. Raises InvalidRecordError for a forged one.

	With other content it has to be approved anew. As long as nobody signs, it stays approved, also when an approver has
	left since.
	"""
	before = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	now = clock.now().replace(microsecond=0)
	entered_by = before["entered_by"] if before else record.get("changed_by")
	content = _content(record)
	signing = Signing(
		f"{DOCTYPE} {record['name'] or ''}", record.get("changed_by"), (entered_by,), content, now
	)
	rows = signed_rows(before["approvals"] if before else [], record["approvals"], signing)
	computed: Record = {"entered_by": entered_by, "approvals": rows}
	if before is not None and _content(before) == content and len(rows) == len(before["approvals"]):
		return computed | {"approved": before["approved"], "approved_at": before["approved_at"]}
	approvals = approvals_of(rows)
	electorate = electorate_of(records, approvals, (entered_by,), content)
	kind, _ = change_type_named(records, record["change_type"])
	is_approved = not list(missing_approvals(kind.approval, approvals, electorate))
	return computed | {"approved": is_approved, "approved_at": now if is_approved else None}


def _content(record: Record) -> str:
	"""The fingerprint of what is approved."""
	cis = sorted(row["ci"] for row in record["cis"])
	description = (record["description"] or "").strip()
	parts = [record["change_type"], record["duration_minutes"], description, cis]
	return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def covers(records: Records, change: Record) -> bool:
	"""Whether the template of a change vouches for it: for its type, no more time than it gives, and only its CIs.

	Who has approved the template cannot use it: that would be an approval of one's own change.
	"""
	template = records.get(DOCTYPE, change["template"]) if change.get("template") else None
	if template is None or not template["approved"] or template["change_type"] != change["change_type"]:
		return False
	approvers = {user for row in template["approvals"] for user in (row["user"], row["on_behalf_of"]) if user}
	if not approvers.isdisjoint((change["requested_by"], change.get("entered_by"))):
		return False
	allowed = {row["ci"] for row in template["cis"]}
	is_short = (change.get("duration_minutes") or 0) <= template["duration_minutes"]
	return is_short and (not allowed or allowed.issuperset(row["ci"] for row in change["cis"] if row["ci"]))
