"""Changes of the graph that are taken back."""

from datetime import datetime, timezone

from plant_itsm.domain.graph_history import GraphChange, undo
from plant_itsm.domain.vocabulary import GraphChangeKind

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def added(record_type, name):
	return GraphChange(NOON, record_type, name, GraphChangeKind.ADDED, None, {})


def test_what_was_added_later_was_not_there_but_for_types_of_relations():
	"""An install may date them after the first relations: the time zone of the site is often set afterwards."""
	relation = {"source_ci": "A", "relation_type": "runs on", "target_ci": "B"}
	state = {
		"OT CI": {"A": {}, "B": {}, "C": {}},
		"CI Relation": {"A runs on B": relation},
		"CI Relation Type": {"runs on": {"failure_travels": "Target to Source"}},
	}
	undo(state, [added("OT CI", "C"), added("CI Relation Type", "runs on")])
	assert set(state["OT CI"]) == {"A", "B"}
	assert state["CI Relation"] == {"A runs on B": relation}
	assert set(state["CI Relation Type"]) == {"runs on"}
