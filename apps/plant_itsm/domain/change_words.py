"""The words of OT change enablement (ITIL 4). A test holds each list against the Select options of its field."""

from __future__ import annotations

from plant_itsm.domain.vocabulary import Word


class WindowKind(Word):
	"""When a plant lets its systems be changed; a freeze is when it does not."""

	PLANT_SHUTDOWN = "Plant Shutdown"
	OFF_SHIFT = "Off-Shift"
	MAINTENANCE = "Maintenance Window"
	WEEKEND = "Weekend Maintenance"
	OFF_PEAK = "Off-Peak Hours"
	FREEZE = "Freeze"


class ChangeCategory(Word):
	STANDARD = "Standard"
	NORMAL = "Normal"
	EMERGENCY = "Emergency"


class ChangeStatus(Word):
	DRAFT = "Draft"
	ASSESSED = "Assessed"
	IN_APPROVAL = "In Approval"
	SCHEDULED = "Scheduled"
	IN_PROGRESS = "In Progress"
	VERIFIED = "Verified"
	CLOSED = "Closed"
	ROLLED_BACK = "Rolled Back"
	REJECTED = "Rejected"
	CANCELLED = "Cancelled"


class ApprovalMode(Word):
	"""Of the approver roles of a type: one person of each, one person of any, or a number of people in all."""

	ALL = "All"
	ANY = "Any"
	QUORUM = "Quorum"


class ApprovalDecision(Word):
	APPROVED = "Approved"
	REJECTED = "Rejected"


class ArtefactKind(Word):
	"""What leads back to the state before the change."""

	PROGRAM_VERSION = "Program Version"
	DATABASE_SNAPSHOT = "Database Snapshot"
	SYSTEM_BACKUP = "System Backup"
	CONFIGURATION_BACKUP = "Configuration Backup"
	ROLLBACK_SCRIPT = "Rollback Script"


class ChecklistKind(Word):
	LOCK_OUT = "Lock-Out Tag-Out"
	PERMIT = "Permit to Work"
	SAFETY_QUESTION = "Safety Question"
	TEST_AFTER = "Test After"
	OTHER = "Other"


class ChecklistDue(Word):
	BEFORE_START = "Before Start"
	BEFORE_VERIFIED = "Before Verified"


class CollisionKind(Word):
	FREEZE = "Freeze"
	SAME_CI = "Same CI"
	PARENT_CI = "Parent CI"
	CHILD_CI = "Child CI"
	REDUNDANCY = "Redundancy Partner"
	PEOPLE = "People"
	PRODUCTION = "Planned Production"


class ChangeOutcome(Word):
	SUCCESSFUL = "Successful"
	FAILED = "Failed"
	ROLLED_BACK = "Rolled Back"


class CauseStatus(Word):
	"""Whether a stop after a change was caused by it."""

	PROPOSED = "Proposed"
	ACCEPTED = "Accepted"
	DISMISSED = "Dismissed"


class UnauthorisedStatus(Word):
	"""What became of a program that runs without a change for it."""

	OPEN = "Open"
	AUTHORISED = "Authorised Afterwards"
	RESTORED = "Restored"
	FALSE_ALARM = "False Alarm"


class IncidentStatus(Word):
	OPEN = "Open"
	CLOSED = "Closed"


class ClockWarning(Word):
	DUE_SOON = "Due Soon"
	MISSED = "Missed"
