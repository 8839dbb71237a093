"""What OT changes keep to in both editions: each row of the seed's table goes its way, each missing part is refused."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Notice, Ports, Record
from plant_itsm.services.change_finder import find_windows
from plant_itsm.services.change_watch import watch
from plant_itsm.tests.change_plant import APPROVERS, HOUR, KINDS, MINUTE, ChangePlant
from plant_itsm.tests.contract_plant import ContractCase

BEFORE, AFTER = "Before Start", "Before Verified"


class _Stopped:
	def __init__(self, moment: datetime):
		self._moment = moment

	def now(self) -> datetime:
		return self._moment


class _Remembering:
	def __init__(self) -> None:
		self.notices: list[Notice] = []

	def notify(self, notice: Notice) -> tuple[str, ...]:
		self.notices.append(notice)
		return ()


class ChangeContractCase(ContractCase):
	"""Mixed into a case that says who acts and how files are attached."""

	def acting(self, user: str) -> AbstractContextManager[None]:
		raise NotImplementedError

	def attach(self, content: bytes) -> Record:
		raise NotImplementedError

	@cached_property
	def people(self) -> dict[str, str]:
		"""The users of the cases by role."""
		return {}

	@cached_property
	def changes(self) -> ChangePlant:
		return ChangePlant(self.plant, datetime.now(timezone.utc), self.acting, self.attach, self.people)

	@cached_property
	def robot(self) -> str:
		return self.changes.ci("AR")

	def refused(self, text: str) -> Any:
		return self.assertRaisesRegex(PlantItsmError, text)

	def scheduled(self, row: str = "Robot program change", **more: Any) -> str:
		name = self.changes.draft(row, self.robot, **more)
		self.changes.schedule(name)
		self.changes.prepare(name)
		return name

	def ports_at(self, moment: datetime) -> tuple[Ports, list[Notice]]:
		"""Ports whose clock stands still, and the notices that are written through them."""
		notifier = _Remembering()
		return Ports(self.records, _Stopped(moment), None, notifier, "", ""), notifier.notices


class ChangesContract(ChangeContractCase):
	def test_each_row_of_the_table_goes_its_way_and_only_whole(self):
		for row in KINDS:
			with self.subTest(row):
				self._go_the_way(row)

	def _go_the_way(self, row: str) -> None:
		changes = self.changes
		name = changes.draft(row, self.changes.ci(f"CI for {row}"))
		changes.save(name, status="Assessed")
		changes.save(name, status="In Approval")
		for role in APPROVERS[row]:
			with self.refused("approval.* (is|are) (missing|given)"):
				changes.save(name, status="Scheduled")
			changes.approve(name, role)
		changes.save(name, status="Scheduled")
		with self.refused(r"(?s)rollback artefact .* is missing.*is open"):
			changes.start(name)
		changes.add_artefacts(name)
		with self.refused("is open. Do it and tick it off"):
			changes.start(name)
		changes.tick(name, BEFORE)
		started = changes.start(name)
		self._assert_in_maintenance(started, True)
		with self.refused("the test .* is open"):
			changes.save(name, status="Verified")
		changes.tick(name, AFTER)
		self._assert_in_maintenance(changes.save(name, status="Verified"), False)
		with self.refused("its outcome is missing"):
			changes.save(name, status="Closed")
		closed = changes.save(name, status="Closed", outcome="Successful")
		self.assertEqual((closed["status"], closed["overrun_minutes"]), ("Closed", 0))

	def _assert_in_maintenance(self, request: Record, expected: bool) -> None:
		(mode,) = self.records.find("Maintenance Mode", {"change_request": request["name"]})
		self.assertEqual(mode["target"], request["cis"][0]["ci"])
		self.assertEqual(mode["ends_at"] > datetime.now(timezone.utc) + MINUTE, expected)

	def test_a_request_needs_a_ci_and_starts_as_a_draft(self):
		with self.refused("no CI is named. Add the CIs"):
			self.changes.draft("MES configuration", self.robot, cis=[])
		with self.refused("a new request cannot be In Progress"):
			self.changes.draft("PLC firmware update", self.robot, status="In Progress")

	def test_no_step_can_be_left_out(self):
		name = self.changes.draft("Robot program change", self.robot)
		for status in ("Scheduled", "In Progress", "Verified", "Closed"):
			with self.refused(
				f"does not go from Draft to {status}. From Draft it goes to Assessed, Cancelled"
			):
				self.changes.save(name, status=status)

	def test_questions_and_length_come_first(self):
		changes = self.changes
		name = changes.draft("Robot program change", self.robot, modification_reason="")
		with self.refused("substantial modification"):
			changes.save(name, status="Assessed")
		changes.save(name, modification_reason="Same speed.", duration_minutes=120)
		with self.refused("takes 2 h, a Robot program change at most 1 h 59 min. Split it"):
			changes.save(name, status="Assessed")
		answers = [{**row, "answer": ""} for row in changes.get(name)["risk_answers"]]
		changes.save(name, duration_minutes=119, risk_answers=answers)
		with self.refused("risk question “Does the robot .* has no answer"):
			changes.save(name, status="Assessed")

	def test_a_window_of_another_kind_place_or_length_does_not_do(self):
		changes = self.changes
		name = changes.draft("Robot program change", self.robot, planned_start=changes.now + 30 * HOUR)
		changes.save(name, status="Assessed")
		with self.refused("no Off-Shift window is open from .* Find a window that fits"):
			changes.save(name, status="In Approval")
		changes.save(name, planned_start=changes.now + 23 * HOUR + 30 * MINUTE)
		with self.refused(r"is open from .* \(25 h\), which does not hold it"):
			changes.save(name, status="In Approval")
		changes.save(name, planned_start=changes.now)
		self.records.update("Change Window", self.named("Off-Shift"), {"kind": "Off-Peak Hours"})
		with self.refused("there is no Off-Shift window for all its CIs"):
			changes.save(name, status="In Approval", description="Again.")

	def test_a_window_that_is_over_at_the_start_does_not_do(self):
		name = self.scheduled()
		self.records.update(
			"Change Window", self.named("Off-Shift"), {"ends_at": self.changes.now + 30 * MINUTE}
		)
		with self.refused("which does not hold it"):
			self.changes.start(name)
		self.assertEqual(self.changes.get(name)["status"], "Scheduled")

	def test_who_has_left_or_requested_does_not_approve(self):
		changes = self.changes
		name = changes.draft("Robot program change", self.robot)
		changes.save(name, status="Assessed")
		changes.save(name, status="In Approval")
		with self.refused("has requested it and cannot approve it"):
			changes.save(name, approvals=[{"decision": "Approved"}])
		with self.refused("cannot sign for"):
			changes.save(name, approvals=[{"decision": "Approved", "user": changes.user("Plant IT")}])
		changes.approve(name, "Production Manager")
		changes.approve(name, "Plant IT 3")
		self.records.update("User", changes.user("Plant IT 3"), {"enabled": False})
		with self.refused("approval of a Plant IT is missing .*has left"):
			changes.save(name, status="Scheduled")
		changes.approve(name, "Plant IT 2")
		with self.refused("an approval on record was changed or removed"):
			changes.save(name, approvals=changes.get(name)["approvals"][:1])
		changes.save(name, status="Scheduled")

	def test_an_approval_counts_for_what_was_approved(self):
		changes = self.changes
		name = changes.draft("MES configuration", self.robot)
		changes.save(name, status="Assessed")
		changes.save(name, status="In Approval")
		changes.approve(name, "IT Change Manager")
		changes.save(name, duration_minutes=90)
		with self.refused("has approved the change before it was changed"):
			changes.save(name, status="Scheduled")

	def test_a_delegate_approves_in_time_and_only_then(self):
		changes = self.changes
		name = changes.draft("MES configuration", self.robot)
		changes.save(name, status="Assessed")
		changes.save(name, status="In Approval")
		manager = changes.user("IT Change Manager")
		changes.approve(name, "Safety Engineer", on_behalf_of=manager)
		with self.refused("has none of the roles IT Change Manager"):
			changes.save(name, status="Scheduled")
		self.records.insert(
			"Change Delegation",
			{
				"from_user": manager,
				"to_user": changes.user("Safety Engineer"),
				"starts_at": changes.now - HOUR,
				"ends_at": changes.now + HOUR,
			},
		)
		changes.save(name, status="Scheduled")

	def test_an_approval_after_the_start_is_none(self):
		name = self.scheduled()
		self.changes.start(name)
		with self.refused("an approval after the start is none"):
			self.changes.approve(name, "IT Change Manager")
		with self.refused("type, category, CIs, description, duration and planned start stay"):
			self.changes.save(name, duration_minutes=10)

	def test_the_way_back_must_be_new_whole_and_of_the_ci(self):
		changes = self.changes
		name = self.scheduled()
		old = changes.artefact("Program Version", self.robot, taken_at=changes.now - 73 * HOUR)
		changes.save(name, artefacts=[old])
		with self.refused("more than 72 h ago. Read the program from the device"):
			changes.start(name)
		other = changes.artefact("Program Version", changes.ci("Other"))
		changes.save(name, artefacts=[other])
		with self.refused(f"rollback artefact Program Version of {self.robot} is missing"):
			changes.start(name)
		with self.refused("empty"):
			changes.artefact("Program Version", self.robot, content=b"")
		reference = {"kind": "Program Version", "reference": "on my laptop", "ci": self.robot}
		changes.save(name, artefacts=[reference])
		with self.refused("it has no file, nobody knows when it was taken"):
			changes.start(name)

	def test_a_script_of_0_bytes_leads_nowhere(self):
		changes = self.changes
		name = changes.draft("Network switch config", self.robot)
		changes.schedule(name)
		changes.tick(name, BEFORE)
		backup = changes.artefact("Configuration Backup", self.robot)
		changes.save(name, artefacts=[backup, changes.artefact("Rollback Script", self.robot, content=b"")])
		with self.refused("Rollback Script .* does not count: its file has 0 bytes. Write the script"):
			changes.start(name)

	def test_another_file_than_the_one_that_was_added_does_not_count(self):
		changes = self.changes
		name = self.scheduled()
		version = changes.get(name)["artefacts"][0]["program_version"]
		replaced = changes.attached(b"another program")
		values = {"file": replaced["file"], "sha256": replaced.get("found_sha256")}
		self.records.update("CI Program Version", version, values)
		with self.refused("its file has another SHA-256"):
			changes.start(name)

	def test_collisions_are_accepted_by_an_approver_or_avoided(self):
		changes = self.changes
		part = changes.ci("PLC", parent_ci=self.robot)
		first = self.scheduled()
		second = changes.draft("Robot program change", part, implementer=changes.requester)
		changes.save(second, status="Assessed")
		with self.refused(f"Parent CI: {first} .* changes what it is part of: {self.robot}"):
			changes.save(second, status="In Approval")
		(collision,) = changes.get(second)["collisions"]
		accepted = [{**collision, "resolution": "Both are done by one person."}]
		with self.refused("cannot accept the collision .* Let a Production Manager or Plant IT do so"):
			changes.save(second, collisions=accepted)
		changes.save(second, by=changes.user("Plant IT"), collisions=accepted)
		(collision,) = changes.save(second, status="In Approval")["collisions"]
		self.assertEqual(collision["resolved_by"], changes.user("Plant IT"))

	def test_a_freeze_production_and_partners_are_in_the_way(self):
		changes = self.changes
		partner = changes.ci("Partner")
		self.plant.group("Pair", [self.robot, partner], [{"production_line": changes.line}], min_up=1)
		first = self.scheduled()
		changes.window("Freeze", production_line=changes.line, ends_at=changes.now + 2 * HOUR)
		self.records.update("Production Line", changes.line, {"units_per_shift": 200})
		day = changes.now.astimezone(timezone.utc).date()
		second = changes.draft("Robot program change", partner)
		changes.save(second, status="Assessed")
		with self.refused(rf"(?s)freeze {self.named('Freeze')}.*{first} .* changes the redundancy partner"):
			changes.save(second, status="In Approval")
		for row in self.records.find("Calendar Exception", {"production_line": changes.line}):
			if abs((row["day"] - day).days) <= 1:
				self.records.update(
					"Calendar Exception",
					row["name"],
					{
						"closed": False,
						"start_time": changes.now.time().min,
						"end_time": changes.now.time().min,
					},
				)
		third = changes.draft("PLC firmware update", changes.ci("PLC 2", line_effect="Stops Line"))
		changes.save(third, status="Assessed")
		with self.refused("is planned to produce"):
			changes.save(third, status="In Approval")

	def test_an_emergency_starts_at_once_and_its_documents_follow(self):
		changes = self.changes
		name = changes.draft(
			"Robot program change", self.robot, category="Emergency", planned_start=None, duration_minutes=0
		)
		changes.tick(name, BEFORE)
		with self.refused(
			r"(?s)may not start an emergency.*Let a Production Manager or Plant IT.*Enter the reason"
		):
			changes.start(name)
		by = changes.user("Plant IT")
		started = changes.save(
			name, by=by, status="In Progress", reason="The robot does not stop in its home."
		)
		self.assertEqual(started["documents_due_at"], started["actual_start"] + timedelta(hours=24))
		self._assert_in_maintenance(started, True)
		changes.tick(name, AFTER)
		changes.save(name, by=by, status="Verified", outcome="Successful")
		with self.refused(r"(?s)there is no review.*approval of a Production Manager is missing"):
			changes.save(name, by=by, status="Closed")
		changes.approve(name, "Production Manager")
		changes.approve(name, "Plant IT 2")
		closed = changes.save(name, by=by, status="Closed", review="The home position was not saved.")
		self.assertEqual(closed["status"], "Closed")

	def test_an_emergency_does_not_lift_the_lock(self):
		changes = self.changes
		name = changes.draft("Robot program change", self.robot, category="Emergency")
		with self.refused("lock-out/tag-out step “Lock out and tag out the robot cell” is open"):
			changes.save(name, by=changes.user("Plant IT"), status="In Progress", reason="Urgent.")
		erp = changes.draft("ERP (SAP) patch", self.robot, category="Emergency")
		with self.refused("Let an IT Change Manager start it"):
			changes.save(erp, by=changes.user("CAB Member"), status="In Progress", reason="Urgent.")

	def test_a_standard_change_is_approved_by_its_template(self):
		changes = self.changes
		template = changes.template("MES configuration", duration_minutes=30, cis=[{"ci": self.robot}])
		name = changes.draft(
			"MES configuration", self.robot, category="Standard", template=template, duration_minutes=None
		)
		changes.save(name, status="Assessed")
		with self.refused("needs an approved template"):
			changes.save(name, status="Scheduled")
		changes.approve_template(template, "IT Change Manager")
		self.assertEqual(changes.save(name, status="Scheduled")["duration_minutes"], 30)

	def test_rolling_back_says_what_was_restored(self):
		changes = self.changes
		name = self.scheduled()
		changes.start(name)
		with self.refused(r"(?s)the reason is missing.*what was restored"):
			changes.save(name, status="Rolled Back")
		version = changes.get(name)["artefacts"][0]["program_version"]
		back = changes.save(name, status="Rolled Back", reason="Axis 4 trips.", restored_version=version)
		self.assertEqual((back["outcome"], back["status"]), ("Rolled Back", "Rolled Back"))
		self._assert_in_maintenance(back, False)

	def test_the_finder_tells_times_reasons_and_money(self):
		changes, now = self.changes, self.changes.now
		changes.window("Freeze", ends_at=now + 10 * HOUR)
		name = changes.draft(
			"MES configuration",
			self.robot,
			failure_probability=78,
			failure_within_days=14,
			failure_stop_hours=4,
		)
		later = {"window_name": self.named("Later"), "starts_at": now + 26 * HOUR, "ends_at": now + 28 * HOUR}
		changes.window("Maintenance Window", **later)
		short = {"window_name": self.named("Short"), "starts_at": now + 25 * HOUR}
		changes.window("Maintenance Window", **short, ends_at=now + 25 * HOUR + 30 * MINUTE)
		ports, _ = self.ports_at(now)
		first, second = find_windows(ports, name).slots
		self.assertEqual(first.slot.span, Span(now + 10 * HOUR, now + 11 * HOUR))
		self.assertEqual([one.what for one in first.slot.delayed_by], [self.named("Freeze")])
		self.assertEqual(second.slot.span.start, now + 26 * HOUR)
		(rejection,) = second.slot.earlier
		self.assertIn("Short has only 30 min, the change needs 1 h", rejection.text)
		self.assertIsNone(first.at_risk.money)  # the line is closed
		share = 1 - (1 - 0.78) ** (10 / 24 / 14)
		self.assertAlmostEqual(float(first.cost_of_waiting.amount), 4 * 3800 * share, delta=0.02)

	def test_waiting_costs_what_a_failure_prediction_of_the_ci_says(self):
		changes, now = self.changes, self.changes.now
		name = changes.draft("MES configuration", self.robot)
		later = now + 10 * HOUR
		for probability in (0.3, 0.78):
			said = {"ci": self.robot, "probability": probability, "horizon_days": 14.0, "model": "bearing"}
			at = now - timedelta(minutes=2 if probability < 0.5 else 1)
			self.records.insert("Failure Prediction", {**said, "predicted_at": at})
		(slot,) = find_windows(self.ports_at(now)[0], name, 1, later).slots
		share = 1 - (1 - 0.78) ** (10 / 24 / 14)
		self.assertAlmostEqual(float(slot.cost_of_waiting.amount), 4 * 3800 * share, delta=0.05)

	def test_an_overrun_is_told_once_and_stays_in_maintenance_mode(self):
		changes = self.changes
		name = self.scheduled()
		changes.start(name)
		late = changes.now + 2 * HOUR
		ports, notices = self.ports_at(late)
		self.assertEqual((watch(ports), watch(ports)), (1, 0))
		self.assertEqual([notice.name for notice in notices], [name])
		(mode,) = self.records.find("Maintenance Mode", {"change_request": name})
		self.assertGreater(mode["ends_at"], late)

	def test_stamps_are_the_servers_own(self):
		changes = self.changes
		name = self.scheduled()
		yesterday = changes.now - 24 * HOUR
		changes.save(
			name, actual_start=yesterday, approved_at=yesterday, cost_per_hour=1, documents_due_at=yesterday
		)
		kept = changes.get(name)
		self.assertIsNone(kept["actual_start"])
		self.assertIsNone(kept["documents_due_at"])
		self.assertGreater(kept["approved_at"], changes.now - MINUTE)
		self.assertEqual(kept["cost_per_hour"], 3800)
		self.assertEqual([row["production_line"] for row in kept["lines"]], [changes.line])
