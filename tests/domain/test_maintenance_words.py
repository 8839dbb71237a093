"""The words of maintenance are the options of the fields that hold them."""

import pytest

from plant_itsm.domain import maintenance_words
from plant_itsm.domain.vocabulary import Word
from plant_itsm.embedded.schema import doctype_metas

FIELDS = {
	"Severity": "Condition Zone.severity",
	"RollupPeriod": "Condition Rollup.period",
	"PredictionSource": "Failure Prediction.source",
	"PredictionStatus": "Failure Prediction.status",
	"PredictionOutcome": "Failure Prediction.outcome",
	"OrderKind": "Maintenance Order.kind",
	"OrderStatus": "Maintenance Order.status",
	"Finding": "Maintenance Order.finding",
	"SpareState": "Spare Unit.state",
	"PlanBasis": "Maintenance Plan.basis",
	"Rhythm": "Maintenance Plan.rhythm",
	"UsageSource": "Maintenance Plan.usage_source",
	"LimitKind": "Maintenance Plan Step.limit_kind",
}
WORDS = {name: kind for name, kind in vars(maintenance_words).items() if kind in Word.__subclasses__()}


@pytest.mark.parametrize(("name", "place"), FIELDS.items())
def test_the_words_are_the_options_of_the_field(name, place):
	doctype, fieldname = place.split(".")
	choices = doctype_metas()[doctype].field(fieldname).choices
	assert [choice for choice in choices if choice] == [str(word) for word in WORDS[name]]


def test_every_vocabulary_is_held_by_a_field():
	assert WORDS.keys() == FIELDS.keys()
