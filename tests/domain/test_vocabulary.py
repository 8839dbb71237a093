"""Each vocabulary of the domain is the same list as the options of the Select fields that hold it."""

from __future__ import annotations

import pytest

from plant_itsm.domain import vocabulary
from plant_itsm.domain.vocabulary import Word
from plant_itsm.embedded.schema import doctype_metas

FIELDS = {
	"FaultEffect": ["Fault Report.effect"],
	"ServiceLayer": ["CI Class.service_layer"],
	"CIStatus": ["OT CI.status"],
	"WorkCenterType": ["Production Line.work_center_type"],
	"EquipmentLevel": ["CI Class.equipment_level"],
	"Criticality": ["OT CI.criticality"],
	"PurdueLevel": ["OT CI.purdue_level"],
	"SecurityLevel": ["OT CI.sl_target", "OT CI.sl_achieved"],
	"LineEffect": ["OT CI.line_effect"],
	"FailureTravel": ["CI Relation Type.failure_travels"],
	"GraphChangeKind": ["CI Graph Change.change"],
	"ProgramState": ["OT CI.program_state"],
	"ProposalStatus": ["CI Proposal.status"],
	"AssessmentKind": ["Plant Assessment.kind"],
	"AssessmentStatus": ["Plant Assessment.status"],
	"SegmentRole": ["Network Segment Member.role"],
	"MinUpUnit": ["Redundancy Group.min_up_unit"],
	"LineState": ["Line Stop Line.state"],
	"Protocol": ["OT Connection.protocol"],
	"PayloadFormat": ["OT Connection.payload_format"],
	"Condition": ["Signal Rule.condition"],
	"EventKind": ["Signal Rule.event_kind", "OT Signal Event.event_kind", "Signal State.event_kind"],
	"CountOf": ["Signal Rule.count_of"],
	"CountSource": ["Production Count.source"],
	"StopLoss": ["Stop Reason.loss", "Line Shift Stop.loss"],
	"Transition": ["OT Signal Event.transition"],
	"Phase": ["Signal State.phase"],
	"Quality": ["Signal State.quality"],
	"LineStopStatus": ["Line Stop.status"],
	"OutboxAction": ["Outbox Entry.action"],
	"OutboxStatus": ["Outbox Entry.status"],
	"ProblemStatus": ["Problem Record.status"],
	"AnalysisMethod": ["Problem Record.analysis_method"],
	"ReviewStatus": ["Post Incident Review.status"],
	"ActionKind": ["Review Action.kind"],
	"ActionEffect": ["Review Action.effect"],
	"CorrectionOperation": ["Line Stop Correction.operation"],
	"StopClassification": ["Line Stop Correction.classification"],
	"MaintenanceScope": ["Maintenance Mode.scope"],
	"ResponseStage": ["Line Stop.stage"],
	"StepKind": ["Resolution Step.step_kind", "Line Stop Step.step_kind"],
	"SpareAdvice": ["Line Stop.spare_advice"],
	"FailureCodeCategory": ["ISO 14224 Code.category"],
	"EscalationTrigger": ["Escalation Step.without"],
	"EscalationTarget": ["Escalation Step.target"],
	"EscalationClock": ["Escalation Policy.clock"],
	"Channel": ["Escalation Step.channel", "Escalation Run.channel"],
}
WORDS = {name: kind for name, kind in vars(vocabulary).items() if kind in Word.__subclasses__()}
PAIRS = [(name, field) for name, fields in FIELDS.items() for field in fields]


def options_of(place: str) -> list[str]:
	doctype, fieldname = place.split(".")
	choices = doctype_metas()[doctype].field(fieldname).choices
	return [choice for choice in choices if choice]  # an optional field begins with an empty one


@pytest.mark.parametrize(("name", "place"), PAIRS)
def test_the_words_are_the_options_of_the_field(name: str, place: str):
	assert options_of(place) == [str(word) for word in WORDS[name]]


def test_every_vocabulary_is_held_by_a_field():
	assert WORDS.keys() == FIELDS.keys()


def test_a_line_stop_is_of_a_kind_that_affects_production():
	kinds = [str(kind) for kind in vocabulary.EventKind if kind not in vocabulary.NOT_STOPS]
	assert options_of("Line Stop.kind") == kinds


def test_a_word_is_its_text():
	assert f"{vocabulary.Protocol.OPC_UA}" == "OPC UA" == vocabulary.Protocol.OPC_UA
