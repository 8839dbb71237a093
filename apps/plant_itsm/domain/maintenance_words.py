"""The words of maintenance, spares and life cycle. A test holds each list against the Select options of its field."""

from __future__ import annotations

from plant_itsm.domain.vocabulary import Word


class Severity(Word):
	"""What a zone of a condition means for people, the mildest first."""

	GOOD = "Good"
	ACCEPTABLE = "Acceptable"
	WARNING = "Warning"
	ALARM = "Alarm"


class RollupPeriod(Word):
	HOUR = "Hour"
	DAY = "Day"


class PredictionSource(Word):
	MESSAGE = "Message"
	ENTRY = "Entry"
	WEIBULL = "Weibull"
	TREND = "Trend"


class PredictionStatus(Word):
	PENDING = "Pending"
	BELOW_THRESHOLD = "Below Threshold"
	ORDERED = "Ordered"
	ESCALATED = "Escalated"
	TOO_LATE = "Too Late"


class PredictionOutcome(Word):
	"""Prevented: work within the horizon has found and removed the failure."""

	FAILED = "Failed"
	DID_NOT_FAIL = "Did Not Fail"
	PREVENTED = "Prevented"


class OrderKind(Word):
	PREVENTIVE = "Preventive"
	CORRECTIVE = "Corrective"
	INSPECTION = "Inspection"


class OrderStatus(Word):
	OPEN = "Open"
	SCHEDULED = "Scheduled"
	IN_PROGRESS = "In Progress"
	DONE = "Done"
	CANCELLED = "Cancelled"


class Finding(Word):
	FAILURE_FOUND = "Failure Found"
	NO_FAULT_FOUND = "No Fault Found"


class SpareState(Word):
	READY = "Ready"
	RESERVED = "Reserved"
	IN_USE = "In Use"
	IN_REPAIR = "In Repair"
	SCRAPPED = "Scrapped"


class PlanBasis(Word):
	DAYS = "Days"
	RUNNING_HOURS = "Running Hours"
	CYCLES = "Cycles"
	UNITS = "Units"


class Rhythm(Word):
	"""What the next time is counted from: the day on which the work was done, or the one on which it was due."""

	FROM_COMPLETION = "From Completion"
	FIXED = "Fixed"


class UsageSource(Word):
	PRODUCTION = "Production of the Line"
	METER = "Condition Indicator"


class LimitKind(Word):
	AT_MOST = "At Most"
	AT_LEAST = "At Least"
	BETWEEN = "Between"
