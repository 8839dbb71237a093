"""What the records around the response to line stops must satisfy beyond their fields."""

from __future__ import annotations

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.escalation import EscalationPolicy, EscalationStep, check_steps
from plant_itsm.domain.on_call import check_duty
from plant_itsm.domain.vocabulary import Channel, EscalationTarget, FailureCodeCategory
from plant_itsm.ports import Record, Records
from plant_itsm.services.diagnosis import ports_in
from plant_itsm.services.escalation_people import STAND_INS, with_role
from plant_itsm.services.escalation_policies import escalation_policy
from plant_itsm.services.lines import audience_of, enabled_users
from plant_itsm.services.on_call import duties_in, duty_of

CATEGORIES = {
	"failure_mode": FailureCodeCategory.MODE,
	"failure_mechanism": FailureCodeCategory.MECHANISM,
	"failure_cause": FailureCodeCategory.CAUSE,
	"detection_method": FailureCodeCategory.DETECTION,
}


def check_policy(records: Records, record: Record) -> None:
	"""Refuse a policy with a step that nobody would hear of."""
	policy = escalation_policy(record)
	what = f"Escalation Policy {policy.name}"
	check_steps(what, policy.steps)
	for place, step in enumerate(policy.steps, start=1):
		reason = _webhook_refusal(records, step) or _people_refusal(records, policy, step)
		if reason:
			raise InvalidRecordError(
				f"{what}, step {place} ({step.label}): {reason}", fieldname="steps.target", row=place
			)


def _webhook_refusal(records: Records, step: EscalationStep) -> str | None:
	if step.channel != Channel.WEBHOOK:
		return None
	if records.count("Webhook", {"webhook_doctype": "Escalation Run", "enabled": True}):
		return None
	return "there is no enabled Webhook for the DocType Escalation Run. Make one, or choose another channel."


def _people_refusal(records: Records, policy: EscalationPolicy, step: EscalationStep) -> str | None:
	"""The stand-ins may be without people: they are what a fresh site has."""
	if step.channel == Channel.WEBHOOK:
		return None
	if step.target == EscalationTarget.ROLE and not _is_manned(records, step.who or ""):
		return f"no enabled user has the role {step.who}. Give it to somebody, or choose another."
	if step.target == EscalationTarget.USER and not enabled_users(records, [step.who or ""]):
		return f"user {step.who} is disabled. Choose another."
	if step.target == EscalationTarget.ON_CALL and not duties_in(records, step.who):
		return f"there is no On Call Duty{f' in the role {step.who}' if step.who else ''}. Enter one first."
	if step.target == EscalationTarget.LINE_RESPONSIBLES and _names_nobody(records, policy.production_line):
		return f"{policy.production_line} names nobody as responsible. Add people to the line."
	return None


def _is_manned(records: Records, role: str) -> bool:
	return role in STAND_INS or bool(with_role(records, role))


def _names_nobody(records: Records, line: str | None) -> bool:
	return bool(line) and not audience_of(records, [str(line)]).users


def check_on_call_duty(records: Records, record: Record) -> None:
	check_duty(duty_of(record))
	if not enabled_users(records, [record["user"]]):
		raise InvalidRecordError(
			f"On Call Duty of {record['user']}: this user is disabled. Choose somebody who can log in."
		)


def check_diagnosis_ports(records: Records, record: Record) -> None:
	"""Refuse a CI, or class, with diagnosis ports that are none."""
	ports_in(record.get("diagnosis_ports") or "", record.get("name") or "diagnosis_ports")


def check_failure_codes(records: Records, record: Record) -> None:
	"""Refuse a code in a field that is for codes of another table."""
	for field, category in CATEGORIES.items():
		code = records.get("ISO 14224 Code", record[field]) if record.get(field) else None
		if code is not None and code["category"] != category:
			raise InvalidRecordError(
				f"Line Stop {record.get('name')}: {code['name']} is a {code['category']}, no {category}."
				f" Choose a {category}.",
				fieldname=field,
				value=code["name"],
			)
