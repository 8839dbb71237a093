"""The words of OT change are the options of the Select fields that hold them."""

import pytest

from plant_itsm.domain import change_words
from plant_itsm.domain.vocabulary import Word
from plant_itsm.embedded.schema import doctype_metas

FIELDS = {
	"WindowKind": ["Change Window.kind"],
	"ChangeCategory": ["OT Change Request.category"],
	"ChangeStatus": ["OT Change Request.status"],
	"ApprovalMode": ["OT Change Type.approval_mode"],
	"ApprovalDecision": ["Change Approval.decision"],
	"ArtefactKind": ["Change Artefact Need.kind", "Change Artefact.kind"],
	"ChecklistKind": ["Change Checklist Step.kind", "Change Checklist Item.kind"],
	"ChecklistDue": ["Change Checklist Step.due", "Change Checklist Item.due"],
	"CollisionKind": ["Change Collision.kind"],
	"ChangeOutcome": ["OT Change Request.outcome"],
	"CauseStatus": ["Change Caused Stop.status"],
	"UnauthorisedStatus": ["Unauthorised Change.status"],
	"IncidentStatus": ["Security Incident.status"],
	"ClockWarning": [
		"Security Incident.early_warning_told",
		"Security Incident.notification_told",
		"Security Incident.final_report_told",
	],
}
WORDS = {
	name: kind
	for name, kind in vars(change_words).items()
	if isinstance(kind, type) and issubclass(kind, Word) and kind is not Word
}


def options_of(place):
	doctype, fieldname = place.split(".")
	return [choice for choice in doctype_metas()[doctype].field(fieldname).choices if choice]


@pytest.mark.parametrize(("name", "place"), [(name, place) for name in FIELDS for place in FIELDS[name]])
def test_the_words_are_the_options_of_the_field(name, place):
	assert options_of(place) == [str(word) for word in WORDS[name]]


def test_every_vocabulary_is_held_by_a_field():
	assert WORDS.keys() == FIELDS.keys()


def test_a_type_needs_any_window_but_a_freeze():
	kinds = [str(kind) for kind in change_words.WindowKind if kind != change_words.WindowKind.FREEZE]
	assert options_of("OT Change Type.window_kind") == kinds
