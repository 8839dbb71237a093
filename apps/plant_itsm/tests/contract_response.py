"""Contract of the response to line stops: stages, checklist, clocks and escalation on the records of either edition.

The clock is set by the case and lies in the past of a site, so that no stop of the site itself is escalated by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from plant_itsm.domain.errors import DuplicateRecordError, PlantItsmError
from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.ports import Notice, Ports, Record
from plant_itsm.services import escalations, response
from plant_itsm.services.on_call import on_call
from plant_itsm.services.response_stages import fields_when_back, fields_when_cleared
from plant_itsm.services.response_start import begun, diagnose
from plant_itsm.tests.contract_plant import NOON, ContractCase

CODES = {
	"failure_mode": "BRD Breakdown",
	"failure_mechanism": "M2.4 Wear",
	"failure_cause": "C3.4 Expected wear and tear",
	"detection_method": "D7 Production interference",
}


@dataclass
class SetClock:
	moment: datetime = NOON

	def now(self) -> datetime:
		return self.moment

	def move(self, **duration: float) -> None:
		self.moment += timedelta(**duration)


@dataclass
class Remembered:
	"""The queue and the notifier of a case."""

	jobs: list[tuple[str, Record]] = field(default_factory=list)
	notices: list[Notice] = field(default_factory=list)

	def enqueue(self, job: str, *, queue: str, timeout_seconds: int, **arguments: Any) -> None:
		self.jobs.append((job, arguments))

	def notify(self, notice: Notice) -> tuple[str, ...]:
		self.notices.append(notice)
		return ()


class ResponseContract(ContractCase):
	def _start(self, at: datetime = NOON, **line_values: Any) -> str:
		"""A stop of a line, notified at a moment; returns its name. Sets clock, remembered and set_ports."""
		self.clock, self.remembered = SetClock(at), Remembered()
		self.set_ports = Ports(
			self.records, self.clock, self.remembered, self.remembered, "unix:///nowhere", "test"
		)
		self.line = self.plant.line("Line", **line_values)
		self.ci = self.plant.ci("AR", spare_swap_minutes=45)
		lines = [{"production_line": self.line, "state": "Stopped"}]
		money = {"cost_per_hour": Decimal("3800.00"), "currency": self.plant.currency("EUR")}
		self.stop = self.plant.stop("Stop", root_ci=self.ci, lines=lines, onset=at, detected_at=at, **money)
		self._begin()
		return self.stop

	def _begin(self) -> None:
		with self.records.transaction():
			stop = self._stop()
			self.records.update("Line Stop", self.stop, begun(self.set_ports, stop))

	def _stop(self) -> Record:
		stop = self.records.get("Line Stop", self.stop)
		assert stop is not None
		return stop

	def _policy(self, *steps: Record, **more: Any) -> str:
		values = {
			"policy_name": self.named("Policy"),
			"production_line": self.line,
			"clock": "Around the Clock",
			"steps": list(steps),
		}
		return str(self.records.insert("Escalation Policy", {**values, **more})["name"])

	def _step(self, after: int, without: str = "Dispatch", **more: Any) -> Record:
		told = {"target": "User", "user": self._user("boss")}
		return {"after_minutes": after, "without": without, "channel": "Notification", **told, **more}

	def _runs(self) -> list[Record]:
		return self.records.find("Escalation Run", {"line_stop": self.stop}, order_by="due_at")

	def _comments(self) -> str:
		rows = self.records.find("Comment", {"reference_name": self.stop}, order_by="creation")
		return " ".join(row["content"] for row in rows)

	# ------------------------------------------------------------------ stages

	def test_people_are_notified_and_the_clock_and_the_checklist_begin(self):
		stop = self.records.get("Line Stop", self._start())
		self.assertEqual((stop["stage"], stop["notified_at"]), ("Detected", NOON))
		self.assertEqual(stop["dispatch_due_at"], NOON + timedelta(minutes=15))
		self.assertEqual(
			[(step["step_kind"], step["due_at"]) for step in stop["steps"]][:2],
			[
				("Remote Diagnosis", NOON + timedelta(minutes=5)),
				("Dispatch", NOON + timedelta(minutes=15)),
			],
		)
		diagnose(self.set_ports, self.stop)
		self.assertEqual(self.remembered.jobs, [("diagnose", {"line_stop": self.stop})])
		self.clock.move(minutes=1)
		self._begin()
		self.assertEqual(self._stop()["notified_at"], NOON, "a second notification starts no second clock")

	def test_a_move_writes_time_and_person_and_is_told(self):
		self._start()
		self.clock.move(minutes=9)
		romy = self._user("romy", "Robot Maintenance")
		with self.records.transaction():
			response.dispatch(self.set_ports, self.stop, romy)
		stop = self._stop()
		self.assertEqual(
			(stop["stage"], stop["technician"], stop["dispatched_by"]), ("Dispatched", romy, romy)
		)
		self.assertEqual((stop["acknowledged_at"], stop["dispatched_at"]), (self.clock.moment,) * 2)
		self.assertFalse(stop["dispatch_missed"])
		done = {step["step_kind"]: step["done_by"] for step in stop["steps"]}
		self.assertEqual((done["Dispatch"], done["Root Cause"]), (romy, None))
		self.assertIn("Dispatched at 2026-03-02", self._comments())

	def test_what_cannot_be_is_refused_and_changes_nothing(self):
		self._start()
		boss = self._user("boss")
		for refused, stage, at in (
			("lies in the future", Stage.ACKNOWLEDGED, NOON + timedelta(minutes=1)),
			("before its onset", Stage.RESTORED, NOON - timedelta(minutes=1)),
			("cannot become Reviewed. Next can be: Acknowledged", Stage.REVIEWED, NOON),
		):
			with self.subTest(refused), self.assertRaisesRegex(PlantItsmError, refused):
				response.report(self.set_ports, self.stop, stage, boss, at=at)
		self.assertEqual((self._stop()["stage"], self._comments()), ("Detected", ""))

	def test_a_repair_that_fails_goes_on_and_the_signal_s_end_restores(self):
		self._start()
		romy = self._user("romy", "Robot Maintenance")
		self.clock.move(minutes=5)
		with self.records.transaction():
			response.report(self.set_ports, self.stop, Stage.REPAIRING, romy)
			response.report(self.set_ports, self.stop, Stage.RESTORED, romy)
		with self.assertRaisesRegex(PlantItsmError, "why the repair has failed"):
			response.repair_failed(self.set_ports, self.stop, romy, " ")
		with self.records.transaction():
			response.repair_failed(self.set_ports, self.stop, romy, "the gripper drops the part")
		stop = self._stop()
		self.assertEqual(
			(stop["stage"], stop["restored_at"], stop["repair_failures"]), ("Repairing", None, 1)
		)
		ended = self.clock.moment + timedelta(minutes=3)
		cleared = self.records.update("Line Stop", self.stop, fields_when_cleared(stop, ended))
		self.assertEqual((cleared["stage"], cleared["restored_at"]), ("Restored", ended))
		back = self.records.update("Line Stop", self.stop, fields_when_back(cleared))
		self.assertEqual((back["stage"], back["restored_at"]), ("Repairing", None))

	def test_a_line_stop_is_reviewed_with_its_codes_and_root_cause(self):
		self._start()
		petra = self._user("petra", "Production Manager")
		response.report(self.set_ports, self.stop, Stage.RESTORED, petra)
		with self.assertRaisesRegex(PlantItsmError, "without failure cause, detection method"):
			findings = {"root_cause": "Worn bearing", **dict(list(CODES.items())[:2])}
			response.review(self.set_ports, self.stop, petra, findings)
		with self.assertRaisesRegex(PlantItsmError, "M2.4 Wear is a Failure Mechanism, no Failure Mode"):
			wrong = {**CODES, "failure_mode": "M2.4 Wear", "root_cause": "Worn bearing"}
			with self.records.transaction():
				response.review(self.set_ports, self.stop, petra, wrong)
		with self.records.transaction():
			response.review(self.set_ports, self.stop, petra, {**CODES, "root_cause": "Worn bearing"})
		stop = self._stop()
		self.assertEqual((stop["stage"], stop["reviewed_by"]), ("Reviewed", petra))
		self.assertEqual({field: stop[field] for field in CODES}, CODES)
		results = {step["step_kind"]: step["result"] for step in stop["steps"]}
		self.assertEqual((results["Root Cause"], results["Review"]), ("Worn bearing", "Worn bearing"))

	def test_an_estimate_above_two_hours_is_compared_with_the_spare(self):
		self._start()
		romy = self._user("romy", "Robot Maintenance")
		with self.records.transaction():
			response.estimate_repair(self.set_ports, self.stop, romy, 180)
		stop = self._stop()
		self.assertEqual(stop["spare_advice"], "Swap in Spare")
		self.assertIn("= 11,400.00 EUR. Spare for", stop["spare_explanation"])
		self.assertIn("= 2,850.00 EUR. Swap in Spare: 8,550.00 EUR less.", stop["spare_explanation"])
		self.assertEqual(stop["estimated_restoration_at"], NOON + timedelta(hours=3))
		with self.assertRaisesRegex(PlantItsmError, "0 minutes cannot be"):
			response.estimate_repair(self.set_ports, self.stop, romy, 0)

	def test_a_step_of_the_checklist_is_ticked_off_with_its_result(self):
		self._start()
		romy = self._user("romy", "Robot Maintenance")
		with self.assertRaisesRegex(PlantItsmError, "no step 'Pray'.*It has: Remote diagnosis"):
			response.complete_step(self.set_ports, self.stop, romy, "Pray", "helped")
		with self.records.transaction():
			response.complete_step(self.set_ports, self.stop, romy, "Remote diagnosis", "PLC is in Stop")
		(step,) = [row for row in self._stop()["steps"] if row["step_name"] == "Remote diagnosis"]
		self.assertEqual((step["done_by"], step["result"]), (romy, "PLC is in Stop"))

	# ------------------------------------------------------------------ clocks

	def test_a_step_runs_once_when_it_is_due_however_many_look(self):
		self._start()
		self._policy(self._step(15))
		self.clock.move(minutes=14, seconds=59)
		escalations.run_due(self.set_ports)
		self.assertEqual(self._runs(), [])
		self.clock.move(seconds=1)
		for _ in range(3):
			escalations.run_due(self.set_ports)
		(run,) = self._runs()
		self.assertEqual((run["told"], run["late_seconds"]), (self._user("boss"), 0.0))
		(notice,) = self.remembered.notices
		self.assertTrue(notice.subject.endswith("nobody dispatched after 15 min"), notice.subject)
		self.assertTrue(self._stop()["dispatch_missed"])
		self.assertIn("Nobody was dispatched in time", self._comments())
		self.assertEqual(self._comments().count("Escalation, 15 min"), 1)

	def test_no_second_run_of_a_step_can_be_written(self):
		self._start()
		self._policy(self._step(15))
		self.clock.move(minutes=15)
		escalations.run_due(self.set_ports)
		(run,) = self._runs()
		again = {name: run[name] for name in ("run_key", "line_stop", "due_at", "ran_at", "channel")}
		with self.assertRaises(DuplicateRecordError):
			self.records.insert("Escalation Run", again)

	def test_it_is_quiet_once_the_stop_is_acknowledged_but_the_other_clocks_run_on(self):
		self._start()
		self._policy(self._step(5, "Acknowledgement"), self._step(15), self._step(60, "Restoration"))
		self.clock.move(minutes=4)
		with self.records.transaction():
			response.report(self.set_ports, self.stop, Stage.ACKNOWLEDGED, self._user("boss"))
		following = escalations.next_escalation(self.records, self._stop(), self.clock.moment)
		self.assertEqual(following.due_at, NOON + timedelta(minutes=15))
		self.clock.move(minutes=12)
		escalations.run_due(self.set_ports)
		self.assertEqual([run["step"].partition(":")[0] for run in self._runs()], ["15 min without Dispatch"])
		with self.records.transaction():
			response.report(self.set_ports, self.stop, Stage.RESTORED, self._user("boss"))
		self.clock.move(hours=2)
		escalations.run_due(self.set_ports)
		self.assertEqual(len(self._runs()), 1)

	def test_at_night_and_on_sunday_fifteen_minutes_are_fifteen_unless_the_shifts_decide(self):
		sunday_night = datetime(2026, 3, 1, 1, 30, tzinfo=timezone.utc)
		early = {"shift_name": "Early", "start_time": time(6), "end_time": time(14), "sunday": False}
		self._start(sunday_night, shifts=[early])
		name = self._policy(self._step(15))
		self.clock.move(minutes=15)
		escalations.run_due(self.set_ports)
		self.assertEqual([run["due_at"] for run in self._runs()], [sunday_night + timedelta(minutes=15)])
		self.records.update("Escalation Policy", name, {"clock": "Shift Calendar"})
		monday = escalations.next_escalation(self.records, self._stop(), self.clock.moment)
		self.assertEqual(monday.due_at, datetime(2026, 3, 2, 5, 15, tzinfo=timezone.utc))

	def test_when_people_have_left_the_plant_admin_is_told_instead(self):
		self._start()
		admin = self._user("admin", "Plant Admin")
		duty = {"user": self._user("boss"), "production_line": self.line}
		duty = self.records.insert("On Call Duty", {**duty, "ends_at": NOON + timedelta(minutes=10)})
		self._policy(self._step(15, target="On Call", user=None))
		self.clock.move(minutes=16)
		escalations.run_due(self.set_ports)
		(run,) = self._runs()
		self.assertIn(admin, run["told"])
		self.assertEqual(run["note"], "On Call reaches nobody, so Plant Admin was told")

	def test_a_step_without_people_is_refused(self):
		self._start()
		for refused, step in (
			("no enabled user has the role Nobody's Role", {"target": "Role", "role": self._role()}),
			("it names no role. Choose one", {"target": "Role", "role": None}),
			(
				"there is no On Call Duty in the role Nobody's Role",
				{"target": "On Call", "role": self._role()},
			),
			("names nobody as responsible", {"target": "Line Responsibles"}),
			("there is no enabled Webhook for the DocType Escalation Run", {"channel": "Webhook"}),
		):
			with self.subTest(refused), self.assertRaisesRegex(PlantItsmError, refused):
				self._policy(self._step(15, **{"user": None, **step}))
		self.assertEqual(self.records.count("Escalation Policy", {"production_line": self.line}), 0)

	def _role(self) -> str:
		if self.records.get("Role", "Nobody's Role") is None:
			self.records.insert("Role", {"role_name": "Nobody's Role"})
		return "Nobody's Role"

	def test_a_child_of_an_incident_has_no_clock_and_no_response_of_its_own(self):
		self._start()
		self._policy(self._step(15))
		if self.records.meta("Line Stop").field("parent_stop") is None:
			self.skipTest("line stops are not grouped yet")
		root = self.plant.stop("Root", root_ci=self.plant.ci("SW"), lines=[])
		self.records.update("Line Stop", self.stop, {"parent_stop": root})
		self.clock.move(hours=1)
		escalations.run_due(self.set_ports)
		self.assertEqual(self._runs(), [])
		with self.assertRaisesRegex(PlantItsmError, f"part of incident {root}. Respond to that one"):
			response.report(self.set_ports, self.stop, Stage.ACKNOWLEDGED, self._user("boss"))

	def test_those_on_call_are_found_by_line_role_and_shift(self):
		night = {"shift_name": "Night", "start_time": time(22), "end_time": time(6)}
		self._start(shifts=[night])
		it, all_round, other = (self._user(word) for word in ("it", "all", "other"))
		role = self._role()
		self.records.insert(
			"On Call Duty", {"user": it, "role": role, "production_line": self.line, "shift_name": "Night"}
		)
		self.records.insert("On Call Duty", {"user": all_round, "plant_site": self.plant.site})
		self.records.insert("On Call Duty", {"user": other, "production_line": self.plant.line("Other")})
		at_night = datetime(2026, 3, 2, 23, 0, tzinfo=timezone.utc)
		self.assertEqual(set(on_call(self.records, [self.line], None, at_night)), {it, all_round})
		self.assertEqual(set(on_call(self.records, [self.line], None, NOON)), {all_round})
		self.assertIn(all_round, on_call(self.records, [self.line], role, NOON))
