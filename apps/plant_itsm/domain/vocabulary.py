"""The words that records are classified by. A test holds each list against the Select options of its field.

StrEnum came with Python 3.11; Frappe 15 still runs on 3.10, so the mix-in is spelled out.
"""

from enum import Enum


class Word(str, Enum):
	"""A Select option: compares and prints as its text."""

	def __str__(self) -> str:
		return str(self.value)


class ServiceLayer(Word):
	BUSINESS = "Business & Production Services"
	INTEGRATION = "OT/IT Integration Layer"
	APPLICATIONS = "Plant & Enterprise Applications"
	INFRASTRUCTURE = "Plant & Cloud Infrastructure"


class CIStatus(Word):
	ACTIVE = "Active"
	RETIRED = "Retired"


class WorkCenterType(Word):
	"""Kinds of work center of ISA-95 (IEC 62264)."""

	PRODUCTION_LINE = "Production Line"
	PROCESS_CELL = "Process Cell"
	PRODUCTION_UNIT = "Production Unit"
	STORAGE_ZONE = "Storage Zone"


class EquipmentLevel(Word):
	"""Levels of equipment below a work center (ISA-95, ISA-88), the highest first."""

	WORK_UNIT = "Work Unit"
	EQUIPMENT_MODULE = "Equipment Module"
	CONTROL_MODULE = "Control Module"


class Criticality(Word):
	CRITICAL = "Critical"
	HIGH = "High"
	MEDIUM = "Medium"
	LOW = "Low"


class PurdueLevel(Word):
	"""Levels of the Purdue model; 3.5 is the industrial DMZ."""

	PROCESS = "0"
	BASIC_CONTROL = "1"
	SUPERVISION = "2"
	OPERATIONS = "3"
	INDUSTRIAL_DMZ = "3.5"
	BUSINESS = "4"
	ENTERPRISE = "5"


class SecurityLevel(Word):
	"""Security levels of IEC 62443-3-3."""

	CASUAL = "1"
	SIMPLE_MEANS = "2"
	SOPHISTICATED_MEANS = "3"
	EXTENDED_RESOURCES = "4"


class LineEffect(Word):
	"""What a failure of a CI does to its own line."""

	STOPS = "Stops Line"
	DEGRADES = "Degrades Line"
	NONE = "No Direct Effect"


class FailureTravel(Word):
	"""Which way a failure travels along a relation."""

	SOURCE_TO_TARGET = "Source to Target"
	TARGET_TO_SOURCE = "Target to Source"
	BOTH_WAYS = "Both Ways"
	NOT_AT_ALL = "Not at All"


class GraphChangeKind(Word):
	"""What has happened to a record that failures travel along."""

	ADDED = "Added"
	CHANGED = "Changed"
	REMOVED = "Removed"
	RENAMED = "Renamed"


class ProgramState(Word):
	"""Whether the program that a CI runs is its newest approved version."""

	AS_APPROVED = "As Approved"
	DRIFT = "Drift"


class ProposalStatus(Word):
	PROPOSED = "Proposed"
	ACCEPTED = "Accepted"
	MERGED = "Merged"
	IGNORED = "Ignored"


class AssessmentKind(Word):
	BASELINE = "Baseline"
	REASSESSMENT = "Re-assessment"


class AssessmentStatus(Word):
	DRAFT = "Draft"
	COMPLETED = "Completed"


class SegmentRole(Word):
	DEVICE = "Device"
	SWITCH = "Switch"


class MinUpUnit(Word):
	"""What the number of members of a redundancy group that must be up counts."""

	COUNT = "Count"
	PERCENT = "Percent"


class LineState(Word):
	STOPPED = "Stopped"
	DEGRADED = "Degraded"


class Protocol(Word):
	MQTT = "MQTT"
	OPC_UA = "OPC UA"


class PayloadFormat(Word):
	JSON = "JSON"
	TEXT = "Text"
	NUMBER = "Number"
	SPARKPLUG_B = "Sparkplug B"


class Condition(Word):
	"""Counts: the value is a counter, and what it has gone up by is what was produced. Any: every value is taken."""

	EQUALS = "="
	DIFFERS = "!="
	BELOW = "<"
	ABOVE = ">"
	ONE_OF = "in"
	CHANGED = "changed"
	COUNTS = "counts"
	ANY = "any"


class EventKind(Word):
	"""What a rule that holds means. Every kind but the last four is kept as a Line Stop record."""

	LINE_STOP = "Line Stop"
	DEGRADED = "Degraded"
	STARVED_OR_BLOCKED = "Starved or Blocked"
	PLANNED_STOP = "Planned Stop"
	LOSS_OF_VIEW = "Loss of View"
	INFORMATION = "Information"
	PRODUCTION_COUNT = "Production Count"
	CONDITION_VALUE = "Condition Value"
	FAILURE_PREDICTION = "Failure Prediction"


FOR_MAINTENANCE = frozenset({EventKind.CONDITION_VALUE, EventKind.FAILURE_PREDICTION})
"""Kinds whose values say how a CI is, and neither raise nor clear anything."""
NOT_STOPS = FOR_MAINTENANCE | {EventKind.INFORMATION, EventKind.PRODUCTION_COUNT}
"""Kinds that never open a Line Stop."""


class CountOf(Word):
	"""What a rule counts. Scrap was not counted as produced before; Scrap of Produced was."""

	PRODUCED = "Produced"
	GOOD = "Good"
	SCRAP = "Scrap"
	SCRAP_OF_PRODUCED = "Scrap of Produced"


class CountSource(Word):
	ENTRY = "Entry"
	SIGNAL_RULE = "Signal Rule"
	ERPNEXT = "ERPNext"


class StopLoss(Word):
	"""Which loss the time of an unplanned stop is: the three of the six big losses that are time in which a line
	stands, and waiting for others, whose loss lies elsewhere."""

	BREAKDOWNS = "Breakdowns"
	SETUP = "Setup and Changeover"
	MINOR_STOPS = "Minor Stops"
	STARVED_OR_BLOCKED = "Starved or Blocked"


class Transition(Word):
	"""Late: the condition held at a time that newer signals have overtaken; it is history and moves nothing."""

	RAISED = "Raised"
	CLEARED = "Cleared"
	CHANGED = "Changed"
	LATE = "Late"


class MaintenanceScope(Word):
	CI = "OT CI"
	LINE = "Production Line"


class Phase(Word):
	"""Where a rule stands for one address; Raising and Clearing wait for a delay to end."""

	CLEAR = "Clear"
	RAISING = "Raising"
	ACTIVE = "Active"
	CLEARING = "Clearing"


class Quality(Word):
	"""How far the last value of an address can be relied on. Only a good one says anything about the machine.

	Stale: a Sparkplug value whose edge node is gone.
	"""

	GOOD = "Good"
	UNCERTAIN = "Uncertain"
	BAD = "Bad"
	STALE = "Stale"


class LineStopStatus(Word):
	OPEN = "Open"
	ENDED = "Ended"


class OutboxAction(Word):
	OPEN_TICKET = "Open Ticket"
	NOTIFY = "Notify"
	DIAGNOSE = "Diagnose"
	MERGE_TICKETS = "Merge Tickets"
	UPDATE_TICKET = "Update Ticket"
	REPORT_END = "Report End"
	REPORT_RETURN = "Report Return"


class OutboxStatus(Word):
	PENDING = "Pending"
	DONE = "Done"
	FAILED = "Failed"


class ProblemStatus(Word):
	"""ITIL 4: a known error is a problem that has been analysed and is not yet removed."""

	OPEN = "Open"
	UNDER_INVESTIGATION = "Under Investigation"
	KNOWN_ERROR = "Known Error"
	RESOLVED = "Resolved"
	CLOSED = "Closed"


class AnalysisMethod(Word):
	FIVE_WHY = "5 Why"
	FISHBONE = "Fishbone"


class ReviewStatus(Word):
	DRAFT = "Draft"
	COMPLETED = "Completed"


class ActionKind(Word):
	CORRECTIVE = "Corrective"
	PREVENTIVE = "Preventive"


class ActionEffect(Word):
	EFFECTIVE = "Effective"
	NOT_EFFECTIVE = "Not Effective"


class ResponseStage(Word):
	"""How far people have come with a line stop, in this order."""

	DETECTED = "Detected"
	ACKNOWLEDGED = "Acknowledged"
	DIAGNOSING = "Diagnosing"
	DISPATCHED = "Dispatched"
	REPAIRING = "Repairing"
	RESTORED = "Restored"
	REVIEWED = "Reviewed"


class StepKind(Word):
	"""What a step of the resolution path is about; plant_itsm itself does or times all but the last."""

	REMOTE_DIAGNOSIS = "Remote Diagnosis"
	DISPATCH = "Dispatch"
	SPARE_DECISION = "Spare Decision"
	ROOT_CAUSE = "Root Cause"
	REVIEW = "Review"
	OTHER = "Other"


class SpareAdvice(Word):
	REPAIR = "Repair"
	SWAP = "Swap in Spare"


class FailureCodeCategory(Word):
	"""The tables of ISO 14224, annex B, that a failure is coded by."""

	MODE = "Failure Mode"
	MECHANISM = "Failure Mechanism"
	CAUSE = "Failure Cause"
	DETECTION = "Detection Method"


class EscalationTrigger(Word):
	"""What has not happened yet when a step of an Escalation Policy comes due."""

	ACKNOWLEDGEMENT = "Acknowledgement"
	DISPATCH = "Dispatch"
	RESTORATION = "Restoration"


class EscalationTarget(Word):
	ROLE = "Role"
	USER = "User"
	ON_CALL = "On Call"
	LINE_RESPONSIBLES = "Line Responsibles"


class EscalationClock(Word):
	AROUND_THE_CLOCK = "Around the Clock"
	SHIFT_CALENDAR = "Shift Calendar"


class Channel(Word):
	"""How a message reaches people, or another system."""

	NOTIFICATION = "Notification"
	E_MAIL = "E-mail"
	SMS = "SMS"
	WEBHOOK = "Webhook"


class CorrectionOperation(Word):
	SPLIT = "Split"
	MERGE = "Merge"
	RECLASSIFY = "Re-classify"
	ONSET = "Correct Onset"
	END = "Correct End"
	EDIT = "Edit"


class StopClassification(Word):
	"""What a standstill was, in the words of the shop floor."""

	UNPLANNED = "Unplanned"
	PLANNED = "Planned"
	CHANGEOVER = "Changeover"
	STARVED = "Starved or Blocked"


class FaultEffect(Word):
	"""What the fault does to the line, as the person in front of it sees it."""

	STANDS = "The line stands"
	WORSE = "The line runs worse"
	RUNS = "The line runs"
