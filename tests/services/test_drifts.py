"""Drift: what a CI runs against what was approved, who is told, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.services.drifts import report_fingerprint
from tests.services.conftest import START

APPROVED, OTHER, THIRD = "a" * 64, "b" * 64, "c" * 64
CI = "AR-042"


@pytest.fixture
def backed_up(plant):
	plant.records.insert(
		"CI Program Version",
		{"ci": CI, "version": "V1", "taken_on": START, "sha256": APPROVED, "tested": True, "approved": True},
	)
	return plant


def state(plant):
	row = plant.records.get("OT CI", CI)
	return row["program_state"] or None, bool(row["drift_since"])


def test_the_approved_program_is_no_drift(backed_up):
	assert report_fingerprint(backed_up.ports, CI, APPROVED.upper()) is None
	assert state(backed_up) == ("As Approved", False)
	assert backed_up.notifier.notices == []
	row = backed_up.records.get("OT CI", CI)
	assert (row["running_sha256"], row["fingerprint_reported_at"] >= START) == (APPROVED, True)


def test_a_drift_is_seen_on_the_ci_and_told_to_the_people_of_its_line(backed_up):
	found = report_fingerprint(backed_up.ports, CI, OTHER)
	assert found.approved.version == "V1"
	assert state(backed_up) == ("Drift", True)
	(notice,) = backed_up.notifier.notices
	assert notice.users
	assert (notice.doctype, notice.name) == ("OT CI", CI)
	assert "not the approved version V1" in notice.message
	assert backed_up.records.get("OT CI", CI)["drift_told_to"] == ", ".join(notice.users)


def test_the_same_program_is_told_once_and_another_one_again(backed_up):
	for sha256, told in ((OTHER, 1), (OTHER, 1), (THIRD, 2), (APPROVED, 2), (THIRD, 3)):
		report_fingerprint(backed_up.ports, CI, sha256)
		assert len(backed_up.notifier.notices) == told


def test_a_drift_lasts_from_its_first_report(backed_up):
	report_fingerprint(backed_up.ports, CI, OTHER)
	since = backed_up.records.get("OT CI", CI)["drift_since"]
	backed_up.clock.move(3600)
	report_fingerprint(backed_up.ports, CI, THIRD)
	assert backed_up.records.get("OT CI", CI)["drift_since"] == since


def test_to_approve_what_runs_ends_the_drift(backed_up):
	report_fingerprint(backed_up.ports, CI, OTHER)
	version = {"ci": CI, "version": "V2", "taken_on": START + timedelta(days=1), "sha256": OTHER}
	name = backed_up.records.insert("CI Program Version", version)["name"]
	assert state(backed_up) == ("Drift", True)
	backed_up.records.update("CI Program Version", name, {"approved": True})
	assert state(backed_up) == ("As Approved", False)


def test_without_an_approved_version_there_is_nothing_to_drift_from(plant):
	assert report_fingerprint(plant.ports, CI, OTHER) is None
	assert state(plant) == (None, False)


def test_a_ci_without_a_line_is_told_to_those_who_keep_the_cmdb(backed_up):
	name = backed_up.records.find("OT CI", {"production_line": None}, limit=1)[0]["name"]
	backed_up.records.insert(
		"CI Program Version",
		{"ci": name, "version": "V1", "taken_on": START, "sha256": APPROVED, "approved": True},
	)
	report_fingerprint(backed_up.ports, name, OTHER)
	keepers = {row["parent"] for row in backed_up.records.find("Has Role", {"role": "Plant IT"})}
	told = {user for notice in backed_up.notifier.notices for user in notice.users}
	assert told == keepers


def test_what_is_no_fingerprint_and_what_is_no_ci_is_refused(backed_up):
	with pytest.raises(InvalidRecordError, match="64 hexadecimal"):
		report_fingerprint(backed_up.ports, CI, "V1")
	with pytest.raises(MissingRecordError, match="AR-999"):
		report_fingerprint(backed_up.ports, "AR-999", OTHER)
	assert state(backed_up) == (None, False)
