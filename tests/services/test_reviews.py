"""From a stop to its review and its problem record, on the seed's plant."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.services.problems import raise_problem
from plant_itsm.services.review_reminders import remind
from plant_itsm.services.reviews import DOCTYPE, start_review
from plant_itsm.services.stop_history import correct_onset

PERSON = "production.manager@plant.example"


@pytest.fixture
def stops(plant):
	"""Two stops of AR-042 that have ended, half an hour each and a day apart."""
	drain, names = plant.drain(), []
	for _ in range(2):
		names += drain.process([plant.state("OFFLINE")])
		plant.clock.move(1800)
		drain.process([plant.state("RUNNING")])
		plant.clock.move(86400)
	return names


def test_a_review_is_filled_from_what_is_recorded(plant, stops):
	review = start_review(plant.ports, stops[1])
	review = plant.records.get(DOCTYPE, review["name"])
	stop = plant.records.get("Line Stop", stops[1])
	assert (review["cost"], review["duration_seconds"]) == (stop["cost"], stop["duration_seconds"])
	assert review["cost"] == Decimal("1900.00")
	assert [row["line_stop"] for row in review["similar_stops"]] == [stops[0]]
	assert review["similar_stops"][0]["why"] == "the same CI"
	said = [row["what"] for row in review["timeline"]]
	assert said[0].startswith("Onset") or said[0].startswith("AR-042")
	assert sum("AR-042 Line Stop" in what for what in said) == 2
	assert [row["at"] for row in review["timeline"]] == sorted(row["at"] for row in review["timeline"])


def test_a_stop_has_one_review(plant, stops):
	assert start_review(plant.ports, stops[0])["name"] == start_review(plant.ports, stops[0])["name"]


def test_what_was_changed_on_the_ci_and_upstream_of_it_is_shown(plant, stops):
	onset = plant.records.get("Line Stop", stops[0])["onset"]
	versions = [("AR-042", "7.1", 2), ("SW-L3-043", "2.0", 71), ("SW-L3-043", "1.9", 73), ("AR-051", "3", 1)]
	for ci, version, hours in versions:
		if plant.records.get("OT CI", ci) is None:
			plant.records.insert("OT CI", {"ci_name": ci, "ci_class": "Industrial Robot"})
		taken = onset - timedelta(hours=hours)
		plant.records.insert(
			"CI Program Version", {"ci": ci, "version": version, "taken_on": taken, "sha256": "a" * 64}
		)
	review = plant.records.get(DOCTYPE, start_review(plant.ports, stops[0])["name"])
	assert [(row["ci"], row["what"]) for row in review["changes"]] == [
		("AR-042", "program version 7.1"),
		("SW-L3-043", "program version 2.0"),
	]


def test_changes_that_ran_and_relations_that_moved_before_the_stop_are_shown(plant, stops):
	onset = plant.records.get("Line Stop", stops[0])["onset"]
	relation = {"source_ci": "AR-042", "target_ci": "SW-L3-043"}
	moved = {"record_type": "CI Relation", "record_name": "R", "changed_by": PERSON, "change": "Removed"}
	rows = [
		{**moved, "changed_at": onset - timedelta(hours=hours), "before": json.dumps(relation | more)}
		for hours, more in ((3, {}), (4, {"source_ci": "AR-051", "target_ci": "AR-051-PLC"}), (80, {}))
	]
	plant.records.insert_many("CI Graph Change", rows)
	review = plant.records.get(DOCTYPE, start_review(plant.ports, stops[0])["name"])
	assert [(row["ci"], row["what"]) for row in review["changes"]] == [
		("AR-042", f"CI Relation removed by {PERSON}")
	]


def test_programs_that_ran_without_a_change_before_the_stop_are_shown(plant, stops):
	onset = plant.records.get("Line Stop", stops[0])["onset"]
	for number, (ci, hours, status) in enumerate(
		(
			("AR-042", 5, "Open"),
			("SW-L3-043", 71, "Restored"),
			("AR-042", 6, "False Alarm"),
			("AR-042", 73, "Open"),
			("AR-061", 1, "Open"),
		)
	):
		found = {"ci": ci, "found_at": onset - timedelta(hours=hours), "running_sha256": f"{number}" * 64}
		ended = {"explanation": "the old program was copied back"}
		plant.records.insert("Unauthorised Change", {**found, **ended, "status": status, "what": "program 7"})
	review = plant.records.get(DOCTYPE, start_review(plant.ports, stops[0])["name"])
	assert [(row["ci"], row["what"]) for row in review["changes"]] == [
		("AR-042", "Unauthorised Change (Open): program 7"),
		("SW-L3-043", "Unauthorised Change (Restored): program 7"),
	]


def test_steps_escalations_and_corrections_stand_in_the_timeline(plant, stops):
	stop = plant.records.get("Line Stop", stops[0])
	done = {"step_name": "Remote diagnosis", "step_kind": "Remote Diagnosis", "done_at": stop["detected_at"]}
	plant.records.update("Line Stop", stops[0], {"steps": [{**done, "result": "PLC answers"}]})
	policy = plant.records.find("Escalation Policy", limit=1)[0]["name"]
	ran = {"line_stop": stops[0], "escalation_policy": policy, "channel": "Notification", "run_key": "k"}
	due = {"due_at": stop["detected_at"], "ran_at": stop["detected_at"]}
	plant.records.insert("Escalation Run", {**ran, **due, "step": "15 min without Dispatch", "told": PERSON})
	with plant.records.transaction():
		correct_onset(plant.records, stops[0], stop["onset"] - timedelta(minutes=3), "the PLC's log")
	said = [
		row["what"]
		for row in plant.records.get(DOCTYPE, start_review(plant.ports, stops[0])["name"])["timeline"]
	]
	assert "Remote diagnosis: PLC answers" in said
	assert f"Escalated, 15 min without Dispatch: {PERSON}" in said
	assert any(what.startswith("Correct Onset by ") and what.endswith("the PLC's log") for what in said)


def test_what_a_person_has_written_stays(plant, stops):
	name = start_review(plant.ports, stops[0])["name"]
	rows = plant.records.get(DOCTYPE, name)["timeline"]
	onset = plant.records.get("Line Stop", stops[0])["onset"]
	written = {"at": onset + timedelta(minutes=5), "what": "shift leader was called", "source": None}
	plant.records.update(DOCTYPE, name, {"timeline": [*rows, written]})
	after = plant.records.get(DOCTYPE, name)["timeline"]
	assert len(after) == len(rows) + 1
	assert [row["what"] for row in after if not row["source"]] == ["shift leader was called"]


def test_a_completed_review_does_not_change_with_its_stop(plant, stops):
	name = start_review(plant.ports, stops[0])["name"]
	with pytest.raises(InvalidRecordError, match="root cause is empty"):
		plant.records.update(DOCTYPE, name, {"status": "Completed"})
	done = {"status": "Completed", "root_cause": "worn bearing", "no_action_because": "robot is replaced"}
	before = plant.records.update(DOCTYPE, name, done)
	plant.records.update("Line Stop", stops[0], {"cost": Decimal("1.00")})
	after = plant.records.update(DOCTYPE, name, {"what_went_well": "dispatch"})
	assert after["cost"] == before["cost"] == Decimal("1900.00")
	assert after["completed_on"] == before["completed_on"] is not None


def test_the_person_responsible_is_reminded_once_a_week_and_of_the_effect(plant, stops):
	name = start_review(plant.ports, stops[0])["name"]
	today = plant.clock.now().date()
	person = plant.records.find("User", limit=1)[0]["name"]
	action = {"action": "Grease the bearing", "responsible": person, "due_on": today, "effect_check_days": 10}
	plant.records.update(DOCTYPE, name, {"actions": [action]})
	assert (remind(plant.ports), remind(plant.ports)) == (1, 0)
	assert plant.notifier.notices[-1].users == (person,)
	assert plant.notifier.notices[-1].subject == f"Grease the bearing: due on {today}"
	plant.clock.move(8 * 86400)
	assert remind(plant.ports) == 1
	row = plant.records.get(DOCTYPE, name)["actions"][0]
	plant.records.update(DOCTYPE, name, {"actions": [row | {"done_on": plant.clock.now().date()}]})
	plant.clock.move(10 * 86400)
	assert remind(plant.ports) == 1
	assert "whether it has helped" in plant.notifier.notices[-1].subject


def test_a_problem_sums_its_stops(plant, stops):
	problem = raise_problem(plant.ports, stops, "Bearing of AR-042")
	problem = plant.records.get("Problem Record", problem["name"])
	assert (problem["stop_count"], problem["stopped_seconds"]) == (2, pytest.approx(3600, abs=1))
	assert (problem["cost"], problem["currency"]) == (Decimal("3800.00"), "EUR")
	assert (problem["root_ci"], problem["production_line"]) == ("AR-042", "Assembly Line 3")
	assert isinstance(problem["opened_on"], date)
	with pytest.raises(InvalidRecordError, match="needs a root cause"):
		plant.records.update("Problem Record", problem["name"], {"status": "Resolved"})


def test_a_problem_without_stops_is_refused(plant):
	with pytest.raises(InvalidRecordError, match="at least one Line Stop"):
		raise_problem(plant.ports, [])
