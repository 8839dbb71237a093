"""What is found after changes, in both editions: stops that they may have caused, programs that nobody has changed by a
request, and the clocks of security incidents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from plant_itsm.ports import Record
from plant_itsm.services.change_stops import caused_by, propose
from plant_itsm.services.drifts import report_fingerprint
from plant_itsm.services.security_incidents import watch
from plant_itsm.tests.change_plant import HOUR, MINUTE
from plant_itsm.tests.contract_changes import ChangeContractCase

CAUSED, UNAUTHORISED, INCIDENT = "Change Caused Stop", "Unauthorised Change", "Security Incident"
APPROVED, OTHER, THIRD = "a" * 64, "b" * 64, "c" * 64


class ChangeFindingsContract(ChangeContractCase):
	# ------------------------------------------------------------- stops after a change

	def _ended_change(self) -> Record:
		name = self.scheduled()
		self.changes.start(name)
		return self.changes.save(name, status="Rolled Back", reason="Trips.", restored_note="Yesterday's.")

	def _stop(self, ci: str, after: timedelta) -> str:
		onset = self.changes.now + after
		return self.plant.stop("Stop", root_ci=ci, onset=onset, detected_at=onset)

	def _proposed(self, change: str) -> dict[str, Record]:
		rows = self.records.find(CAUSED, {"change_request": change})
		return {row["line_stop"]: row for row in rows}

	def test_stops_on_a_changed_ci_and_downstream_are_proposed_once(self):
		change = self._ended_change()
		below = self.changes.ci("Gripper")
		feeds = self.plant.relation_type("feeds", "Source to Target")
		self.plant.relation(self.robot, feeds, below)
		own, reached = self._stop(self.robot, 2 * HOUR), self._stop(below, 3 * HOUR)
		self._stop(self.changes.ci("Elsewhere"), 2 * HOUR)
		self._stop(self.robot, 30 * HOUR)  # the setting says 24 h
		self._stop(self.robot, -HOUR)
		ports, _ = self.ports_at(self.changes.now + 4 * HOUR)
		propose(ports)
		found = self._proposed(change["name"])
		self.assertEqual(found.keys(), {own, reached})
		self.assertIn(f"downstream of {self.robot}, on {below}", found[reached]["why"])
		self.assertIn(found[own]["minutes_after"], (119, 120))
		self.assertEqual(propose(ports), 0)

	def test_a_person_accepts_or_dismisses_with_a_reason(self):
		change = self._ended_change()
		own = self._stop(self.robot, HOUR)
		propose(self.ports_at(self.changes.now + 2 * HOUR)[0])
		row = self._proposed(change["name"])[own]
		with self.refused("dismissed without a comment. Say what else"):
			self.records.update(CAUSED, row["name"], {"status": "Dismissed"})
		accepted = self.records.update(CAUSED, row["name"], {"status": "Accepted"})
		self.assertTrue(accepted["decided_by"] and accepted["decided_at"])
		((name, stop),) = caused_by(self.records, [change["name"]])
		self.assertEqual((name, stop["name"]), (change["name"], own))

	# ------------------------------------------------------------- unauthorised changes

	def _reported(self, *fingerprints: str) -> list[Record]:
		for sha256 in fingerprints:
			report_fingerprint(self.ports_at(self.changes.now)[0], self.robot, sha256)
		return self.records.find(UNAUTHORISED, {"ci": self.robot}, order_by="running_sha256")

	def _approve_program(self) -> None:
		values = {"ci": self.robot, "version": "V1", "taken_on": self.changes.now, "sha256": APPROVED}
		self.records.insert("CI Program Version", {**values, "approved": True, "tested": True})

	def test_a_drift_opens_one_record_per_program(self):
		self._approve_program()
		first, second = self._reported(APPROVED, OTHER, OTHER, APPROVED, OTHER, THIRD)
		self.assertEqual((first["running_sha256"], second["running_sha256"]), (OTHER, THIRD))
		self.assertEqual((first["approved_version"], first["production_line"]), ("V1", self.changes.line))
		with self.refused("Authorised Afterwards by no change. Enter the OT Change Request"):
			self.records.update(UNAUTHORISED, first["name"], {"status": "Authorised Afterwards"})
		with self.refused("Restored without an explanation. Say who"):
			self.records.update(UNAUTHORISED, first["name"], {"status": "Restored"})
		values = {"status": "Restored", "explanation": "A test of the night shift; V1 runs again."}
		self.assertTrue(self.records.update(UNAUTHORISED, first["name"], values)["decided_at"])

	def test_a_change_in_progress_is_no_unauthorised_one(self):
		self._approve_program()
		name = self.scheduled()
		self.changes.start(name)
		self.assertEqual(self._reported(OTHER), [])

	# ------------------------------------------------------------- security incidents

	def _incident(self, **more: Any) -> Record:
		aware = self.changes.now - 80 * HOUR
		values = {"title": self.named("Ransomware"), "aware_at": aware, "plant_site": self.plant.site}
		return self.records.insert(INCIDENT, {**values, **more})

	def test_the_clocks_of_nis2_are_kept_and_told_before_and_when_missed(self):
		user = self.changes.requester
		made = self._incident(responsible=user, warn_hours_before=6)
		aware = made["aware_at"]
		self.assertEqual(made["early_warning_due"] - aware, 24 * HOUR)
		self.assertEqual(made["notification_due"] - aware, 72 * HOUR)
		self.assertGreaterEqual(made["final_report_due"] - made["notification_due"], timedelta(days=28))
		told = [
			(at, notice.subject.split(": ")[1][:21])
			for at in (17, 19, 23, 25, 65, 67)
			for notice in self._told(made["name"], aware + at * HOUR)
		]
		expected = [
			(19, "early warning due soo"),
			(25, "early warning missed "),
			(67, "notification due soon"),
		]
		self.assertEqual(told, expected)
		sent = aware + 70 * HOUR
		after = self.records.update(INCIDENT, made["name"], {"notification_sent_at": sent})
		self.assertLess(after["final_report_due"], made["final_report_due"])
		self.assertEqual(self._told(made["name"], aware + 73 * HOUR), [])

	def _told(self, incident: str, moment: Any) -> list[Any]:
		ports, notices = self.ports_at(moment)
		watch(ports)
		return [notice for notice in notices if notice.name == incident]

	def test_an_incident_ends_when_its_reports_are_sent(self):
		made = self._incident()
		with self.refused("early warning was not sent. Send it and enter when"):
			self.records.update(INCIDENT, made["name"], {"status": "Closed"})
		with self.refused("before anybody was aware of it, or in the future"):
			before = made["aware_at"] - MINUTE
			self.records.update(INCIDENT, made["name"], {"early_warning_sent_at": before})
		values = {"status": "Closed", "is_significant": False}
		self.assertEqual(self.records.update(INCIDENT, made["name"], values)["status"], "Closed")
