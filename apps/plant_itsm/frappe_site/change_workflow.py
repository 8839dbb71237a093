"""The Workflow record of OT changes: buttons for the steps that the domain knows, and who sees them.

It is made when it is missing and then belongs to the plant. What a step needs is not its business: the gates ask that
on every save, with or without a workflow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe

from plant_itsm.domain.change_words import ChangeCategory, ChangeStatus
from plant_itsm.domain.changes import next_states

DOCTYPE = "OT Change Request"
WORKFLOW = "OT Change"
STATE, ACTION = "Workflow State", "Workflow Action Master"
WORKERS = ("IT Change Manager", "Plant IT", "Production Manager", "Robot Maintenance", "Plant Admin")
APPROVERS = (
	"IT Change Manager",
	"Safety Engineer",
	"Production Manager",
	"Plant IT",
	"CAB Member",
	"Plant Admin",
)
ACTIONS = {
	ChangeStatus.DRAFT: "Rework",
	ChangeStatus.ASSESSED: "Assess",
	ChangeStatus.IN_APPROVAL: "Ask for Approval",
	ChangeStatus.SCHEDULED: "Schedule",
	ChangeStatus.IN_PROGRESS: "Start",
	ChangeStatus.VERIFIED: "Verify",
	ChangeStatus.CLOSED: "Close",
	ChangeStatus.ROLLED_BACK: "Roll Back",
	ChangeStatus.REJECTED: "Reject",
	ChangeStatus.CANCELLED: "Cancel Change",
}
STYLES = {
	ChangeStatus.IN_APPROVAL: "Warning",
	ChangeStatus.SCHEDULED: "Info",
	ChangeStatus.IN_PROGRESS: "Primary",
	ChangeStatus.VERIFIED: "Success",
	ChangeStatus.CLOSED: "Success",
	ChangeStatus.ROLLED_BACK: "Danger",
	ChangeStatus.REJECTED: "Danger",
}


def install() -> None:
	"""Add the workflow with its words unless the plant has a workflow for changes already."""
	if frappe.db.exists("Workflow", WORKFLOW) or frappe.db.exists("Workflow", {"document_type": DOCTYPE}):
		return
	for status, action in ACTIONS.items():
		_add(STATE, {"workflow_state_name": str(status), "style": STYLES.get(status, "")})
		_add(ACTION, {"workflow_action_name": action})
	workflow = frappe.new_doc("Workflow")
	workflow.update(
		{
			"workflow_name": WORKFLOW,
			"document_type": DOCTYPE,
			"workflow_state_field": "status",
			"is_active": 1,
			"send_email_alert": 0,
			"states": [
				{"state": str(status), "doc_status": "0", "allow_edit": "All"} for status in ChangeStatus
			],
			"transitions": list(_transitions()),
		}
	)
	workflow.insert(ignore_permissions=True)


def words() -> dict[str, list[str]]:
	"""The names that a workflow needs: its states and actions, which may serve other workflows as well."""
	return {STATE: [str(status) for status in ACTIONS], ACTION: list(dict.fromkeys(ACTIONS.values()))}


def word_is_in_use(doctype: str, name: str) -> bool:
	"""Whether a workflow has this state or action."""
	if doctype == STATE:
		return bool(frappe.db.exists("Workflow Document State", {"state": name}))
	return bool(frappe.db.exists("Workflow Transition", {"action": name}))


def remove() -> None:
	"""Before an uninstall."""
	for name in frappe.get_all("Workflow", {"document_type": DOCTYPE}, pluck="name"):
		frappe.delete_doc("Workflow", name, force=True, delete_permanently=True)


def _add(doctype: str, values: dict[str, Any]) -> None:
	name = next(iter(values.values()))
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _transitions() -> Iterator[dict[str, Any]]:
	for state in ChangeStatus:
		for following in ChangeStatus:
			categories = [one for one in ChangeCategory if following in next_states(state, one)]
			for role in _roles(following) if categories else ():
				yield {
					"state": str(state),
					"action": ACTIONS[following],
					"next_state": str(following),
					"allowed": role,
					"allow_self_approval": 1,
					"condition": _condition(categories),
				}


def _roles(following: ChangeStatus) -> tuple[str, ...]:
	return APPROVERS if following in (ChangeStatus.SCHEDULED, ChangeStatus.REJECTED) else WORKERS


def _condition(categories: list[ChangeCategory]) -> str:
	if len(categories) == len(ChangeCategory):
		return ""
	return " or ".join(f'doc.category == "{category}"' for category in categories)
