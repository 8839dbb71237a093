"""A fault that somebody reports from in front of the machine: a ticket with the CI, its impact and their words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.impact import Impact
from plant_itsm.domain.incidents import incident_impact
from plant_itsm.domain.line_stops import impact_html, weigh
from plant_itsm.domain.vocabulary import EventKind, FaultEffect
from plant_itsm.ports import Ports, Record, Records
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.priorities import priority_for
from plant_itsm.services.ticket_comments import TICKET

LONGEST_TEXT = 4000
SUBJECT_LENGTH = 140


KINDS = {FaultEffect.STANDS: EventKind.LINE_STOP, FaultEffect.WORSE: EventKind.DEGRADED}


@dataclass(frozen=True)
class FaultReport:
	"""What a person saw. reporter: their e-mail address; they see the ticket, so it tells money only to whom it may."""

	ci: str
	text: str
	effect: FaultEffect
	reporter: str
	sees_money: bool = False


def report_fault(ports: Ports, model: ImpactModel, report: FaultReport) -> str:
	"""Open a ticket in the transaction that is open, and return its name.

	Raises InvalidRecordError without words, MissingRecordError for no such CI.
	"""
	ci = ports.records.get("OT CI", report.ci)
	if ci is None:
		raise MissingRecordError(f"OT CI {report.ci!r} does not exist. Scan its label again.")
	if not report.text.strip():
		raise InvalidRecordError("Say in a few words what is wrong.")
	if len(report.text) > LONGEST_TEXT:
		raise InvalidRecordError(
			f"{len(report.text)} characters are too many: shorten the report to {LONGEST_TEXT}."
		)
	impact = model.impact([report.ci], ports.clock.now()) if model.holds_ci(report.ci) else None
	return str(ports.records.insert(TICKET, _ticket(ports.records, ci, report, impact))["name"])


def _priority(records: Records, effect: FaultEffect, impact: Impact | None) -> Record:
	"""By the rules of the plant where the line stands or runs worse; else Helpdesk has its own."""
	kind = KINDS.get(effect)
	if kind is None:
		return {}
	found = priority_for(records, kind, incident_impact([weigh(kind, impact)] if impact else []))
	return {"priority": found.name} if found else {}


def _ticket(records: Records, ci: Record, report: FaultReport, impact: Impact | None) -> Record:
	lines = [line.line.name for line in impact.lines] if impact else []
	return {
		"subject": _subject(ci, report),
		"description": _description(ci, report, impact),
		"raised_by": report.reporter,
		"plant_root_ci": report.ci,
		"plant_production_line": ci["production_line"] or (lines[0] if lines else None),
		**_priority(records, report.effect, impact),
	}


def _subject(ci: Record, report: FaultReport) -> str:
	first_line = report.text.strip().splitlines()[0]
	return f"{report.ci}: {first_line}"[:SUBJECT_LENGTH]


def _description(ci: Record, report: FaultReport, impact: Impact | None) -> str:
	words = "<br>".join(escape(line) for line in report.text.strip().splitlines())
	label = escape(f"{ci['title'] or report.ci} ({ci['ci_class']})")
	place = f"<p>{escape(ci['location'])}</p>" if ci["location"] else ""
	told = impact if impact is None or report.sees_money else _without_money(impact)
	would_be = f"<p>If it fails:</p>{impact_html(told)}" if told else ""
	return f"<p><b>{label}</b>. {escape(str(report.effect))}.</p><p>{words}</p>{place}{would_be}"


def _without_money(impact: Impact) -> Impact:
	lines = tuple(
		replace(line, cost_per_hour=None, cost_model=None, not_priced=None) for line in impact.lines
	)
	return replace(impact, lines=lines, cost_per_hour=None, not_priced=())
