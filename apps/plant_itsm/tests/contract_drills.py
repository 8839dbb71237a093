"""Contract of drills: a rehearsed stop goes the way of a real one, counts nowhere, and leaves one record."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError, RecordInUseError, RuleError
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.ports import Ports, Record
from plant_itsm.services import drills, escalations, outbox, reviews
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.downtime import downs_of_line
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.open_stops import open_troubles
from plant_itsm.services.plant_now import plant_now
from plant_itsm.tests.contract_plant import ContractCase
from plant_itsm.tests.contract_response import Remembered, SetClock

TRACED = (
	"Line Stop",
	"Line Stop Line",
	"Line Stop Step",
	"HD Ticket",
	"HD Ticket Comment",
	"Communication",
	"Comment",
	"Notification Log",
	"Outbox Entry",
	"Escalation Run",
	"OT Signal Event",
	"Signal State",
	"Signal Dead Letter",
	"Line OEE State",
	"Alarm Flood",
)


class DrillsContract(ContractCase):
	def _start(self) -> None:
		"""A robot that stops a line, its rule, and people of the line who must not be disturbed."""
		self.clock, self.remembered = SetClock(), Remembered()
		self.set_ports = Ports(
			self.records, self.clock, self.remembered, self.remembered, "unix:///nowhere", "test"
		)
		self.person, manager = (self._user(word) for word in ("rehearser", "manager"))
		responsibles = [{"role": "Production Manager", "user": manager}]
		self.line = self.plant.line("Line", responsibles=responsibles)
		self.plant.cost_model(self.line)
		self.robot = self.plant.ci("Robot", production_line=self.line, line_effect="Stops Line")
		self.rule = self.plant.rule("offline", self.robot, value_path="robot.state", on_delay_seconds=60.0)
		with self.records.transaction():
			model = ImpactModel(self.records)
		self.drain = ConnectionDrain(self.set_ports, self.plant.connection, model)
		self.places = itertools.count(1)

	def _user(self, word: str) -> str:
		"""A user that stays: users are shared with the site."""
		email = f"contract-{word}@plant.example"
		if self.records.get("User", email) is None:
			values: Record = {"email": email, "first_name": word, "send_welcome_email": False}
			self.records.insert("User", values)
		return email

	def _begin(self) -> tuple[str, StreamedSignal]:
		with self.records.transaction():
			drill, signal = drills.begin(self.set_ports, self.rule, self.person)
		return drill["name"], self._streamed(signal)

	def _streamed(self, signal: RawSignal) -> StreamedSignal:
		return StreamedSignal(f"{next(self.places)}-0", signal)

	def _rehearse(self) -> Record:
		name, streamed = self._begin()
		for stop in self.drain.process([streamed]):
			outbox.deliver(self.set_ports, stop)
		return self._drill(name)

	def _drill(self, name: str) -> Record:
		drill = self.records.get(drills.DRILL, name)
		assert drill is not None
		return drill

	def _stop(self, drill: Record) -> Record:
		stop = self.records.get("Line Stop", drill["line_stop"])
		assert stop is not None
		return stop

	def _robot_says(self, state: str) -> list[str]:
		payload = f'{{"robot": {{"state": "{state}"}}}}'.encode()
		signal = RawSignal(f"plant/{self.prefix}/state", payload, self.clock.now())
		return self.drain.process([self._streamed(signal)])

	def _traces(self) -> dict[str, int]:
		return {doctype: self.records.count(doctype) for doctype in TRACED}

	# ------------------------------------------------------------------ the way of a drill

	def test_it_opens_a_stop_and_a_ticket_that_say_so(self):
		self._start()
		drill = self._rehearse()
		self.assertEqual((drill["status"], drill["person"]), ("Running", self.person))
		self.assertIn("60 s", drill["remark"])
		stop = self._stop(drill)
		self.assertTrue(stop["is_drill"])
		self.assertTrue(stop["title"].startswith("DRILL: LINE STOP — "), stop["title"])
		self.assertEqual((stop["priority"], str(stop["cost_per_hour"])), ("P1", "3800.00"))
		ticket = self.records.get("HD Ticket", stop["hd_ticket"])
		assert ticket is not None
		self.assertEqual((ticket["subject"], ticket["plant_is_drill"]), (stop["title"], True))

	def test_nobody_is_told_but_who_rehearses(self):
		self._start()
		stop = self._stop(self._rehearse())
		self.assertEqual([notice.users for notice in self.remembered.notices], [(self.person,)])
		self.clock.move(hours=3)
		self.assertIsNone(escalations.next_escalation(self.records, stop, self.clock.now()))
		with self.records.transaction():
			waiting = escalations._waiting(self.records)
		self.assertNotIn(stop["name"], [one["name"] for one in waiting])

	def test_its_signal_takes_effect_once(self):
		self._start()
		name, streamed = self._begin()
		self.drain.process([streamed])
		self.assertEqual(self.drain.process([self._streamed(streamed.signal)]), [])
		self.assertEqual(self.records.count("Line Stop", {"root_ci": self.robot}), 1)
		self.assertEqual(self._drill(name)["status"], "Running")

	def test_it_counts_nowhere(self):
		self._start()
		before = self.records.get("OT Connection State", self.plant.connection)
		self._rehearse()
		after = self.records.get("OT Connection State", self.plant.connection)
		assert before is not None and after is not None
		for figure in ("received", "events", "suppressed", "dead_lettered"):
			self.assertEqual(before[figure], after[figure], figure)
		for doctype in ("OT Signal Event", "Signal State"):
			self.assertEqual(self.records.count(doctype, {"signal_rule": self.rule}), 0, doctype)
		self.assertEqual(self.records.count("Line OEE State", {"production_line": self.line}), 0)
		now = self.clock.now()
		calendar = calendar_of(self.records, self.line)
		self.assertEqual(downs_of_line(self.records, self.line, calendar, now - timedelta(days=1), now), [])
		self.assertNotIn(self.robot, [node.name for node in open_troubles(self.records)])
		(line,) = plant_now(self.records, now, [self.line])
		self.assertNotEqual(line.standing.standing, "Stopped")
		self.assertIsNone(line.incident)

	def test_a_real_stop_beside_it_is_a_stop_of_its_own(self):
		self._start()
		self.records.update("Signal Rule", self.rule, {"on_delay_seconds": 0.0})
		drill = self._rehearse()
		(real,) = self._robot_says("offline")
		self.assertNotEqual(real, drill["line_stop"])
		self.clock.move(minutes=10)
		drills.clean_up(self.set_ports, drill["name"])
		self.assertEqual(self.records.find("Line Stop", {"name": real})[0]["status"], "Open")
		self._robot_says("running")
		ended = self.records.find("Line Stop", {"name": real})[0]
		self.assertEqual((ended["status"], ended["duration_seconds"]), ("Ended", 600.0))

	def test_a_suppressed_rule_says_why_nothing_opened(self):
		self._start()
		now = self.clock.now()
		values = {
			"signal_rule": self.rule,
			"starts_at": now,
			"ends_at": now + timedelta(hours=1),
			"reason": "test",
		}
		self.records.insert("Signal Shelving", values)
		drill = self._rehearse()
		self.assertEqual((drill["status"], drill["line_stop"]), ("Suppressed", None))
		self.assertIn("shelved until", drill["remark"])

	# ------------------------------------------------------------------ refusals

	def test_what_opens_no_stop_cannot_be_rehearsed(self):
		self._start()
		for values, why in (
			({"event_kind": "Information"}, "opens no Line Stop"),
			({"event_kind": "Line Stop", "enabled": False}, "is disabled"),
		):
			self.records.update("Signal Rule", self.rule, values)
			with self.records.transaction(), self.assertRaisesRegex(RuleError, why):
				drills.begin(self.set_ports, self.rule, self.person)
		with self.records.transaction(), self.assertRaises(MissingRecordError):
			drills.begin(self.set_ports, self.named("none"), self.person)

	def test_a_signal_that_does_not_raise_is_refused_with_the_reason(self):
		self._start()
		name, streamed = self._begin()
		wrong = replace(streamed, signal=replace(streamed.signal, payload=b'{"robot": {"state": "running"}}'))
		self.assertEqual(self.drain.process([wrong]), [])
		drill = self._drill(name)
		self.assertEqual(drill["status"], "Refused")
		self.assertIn("does not hold", drill["remark"])

	def test_nothing_lasting_is_tied_to_it(self):
		self._start()
		stop = self._stop(self._rehearse())
		with self.assertRaisesRegex(InvalidRecordError, "is a drill"):
			reviews.start_review(self.set_ports, stop["name"])

	# ------------------------------------------------------------------ the end

	def test_all_is_removed_but_one_record(self):
		self._start()
		before = self._traces()
		drill = self._rehearse()
		ended = drills.clean_up(self.set_ports, drill["name"])
		self.assertEqual(self._traces(), before)
		self.assertEqual((ended["status"], ended["line_stop"]), ("Cleaned Up", None))
		self.assertIn("P1", ended["summary"])
		self.assertIn(self.line, ended["summary"])
		self.assertEqual(drills.clean_up(self.set_ports, drill["name"]), ended, "once more does nothing")

	def test_it_goes_by_itself_when_its_time_is_over(self):
		self._start()
		drill = self._rehearse()
		waiting, _ = self._begin()
		self.assertEqual(drills.clean_up_due(self.set_ports), 0)
		self.clock.move(minutes=31)
		self.assertEqual(drills.clean_up_due(self.set_ports), 2)
		self.assertIsNone(self.records.get("Line Stop", drill["line_stop"]))
		self.assertEqual(self._drill(waiting)["status"], "Refused")
		self.assertIn("No drain has judged it", self._drill(waiting)["remark"])

	def test_what_a_record_still_points_to_is_not_deleted(self):
		self._start()
		with self.assertRaises(RecordInUseError) as caught:
			self.records.delete("OT CI", self.robot)
		self.assertIn(self.rule, str(caught.exception))
		self.assertIsNotNone(self.records.get("OT CI", self.robot))
		self._delete(self.records.get("Signal Rule", self.rule))
		self.records.delete("OT CI", self.robot)
		self.assertIsNone(self.records.get("OT CI", self.robot))
		with self.assertRaises(MissingRecordError):
			self.records.delete("OT CI", self.robot)

	def _delete(self, rule: Any) -> None:
		self.records.delete("Signal Rule", rule["name"])
