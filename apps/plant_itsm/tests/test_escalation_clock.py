"""The clocks of a line stop on a site: minute by minute at night and on Sunday, and by two schedulers at once."""

import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import frappe

from plant_itsm.frappe_site import jobs
from plant_itsm.services.response_start import begun
from plant_itsm.tests.contract_response import Remembered, SetClock
from plant_itsm.tests.site_case import PlantCase

BERLIN = ZoneInfo("Europe/Berlin")
DEADLINE_SECONDS = 60
STOPS = 6
NIGHTS = (
	("a night", datetime(2026, 3, 3, 3, 7, 41, tzinfo=BERLIN)),
	("across midnight", datetime(2026, 3, 3, 23, 51, 2, tzinfo=BERLIN)),
	("a Sunday", datetime(2026, 3, 8, 11, 30, 59, tzinfo=BERLIN)),
	("the hour that the clock skips", datetime(2026, 3, 29, 1, 52, 20, tzinfo=BERLIN)),
)


class TestEscalationClock(PlantCase):
	"""Clocks are set to times that lie in the past of a site, so that no stop of its own is escalated."""

	def setUp(self):
		super().setUp()
		early = {"shift_name": "Early", "start_time": time(6), "end_time": time(14), "sunday": False}
		self.line = self.plant.line("Line", shifts=[early])
		steps = [
			{**step, "target": "User", "user": "Administrator", "channel": "Notification"}
			for step in (
				{"after_minutes": 15, "without": "Dispatch"},
				{"after_minutes": 5, "without": "Acknowledgement"},
			)
		]
		values = {"policy_name": self.named("Policy"), "clock": "Around the Clock", "steps": steps}
		self.records.insert("Escalation Policy", {**values, "production_line": self.line})

	def _notified(self, text, at):
		"""A stop of which people are told at a moment."""
		ports = replace(self.ports, clock=SetClock(at), jobs=Remembered())
		lines = [{"production_line": self.line, "state": "Stopped"}]
		ci = self.plant.ci(f"AR {text}")
		stop = self.plant.stop(text, root_ci=ci, lines=lines, onset=at, detected_at=at)
		with self.records.transaction():
			self.records.update("Line Stop", stop, begun(ports, self.records.get("Line Stop", stop)))
		return stop

	def _runs(self, stop):
		return self.records.find("Escalation Run", {"line_stop": stop}, order_by="due_at")

	def _told(self, *stops):
		told = {"document_name": ["in", stops]}
		logs = frappe.get_all("Notification Log", told, ["document_name", "subject"])
		return sorted((log.document_name, log.subject.rpartition(": ")[2]) for log in logs)

	# ------------------------------------------------------------------ minute by minute

	def test_at_night_and_on_sunday_each_clock_fires_within_a_minute_of_its_time(self):
		"""The scheduler comes once in a minute; it may wait for what comes due within seconds."""
		for text, notified in NIGHTS:
			with self.subTest(text):
				at = notified.astimezone(timezone.utc)
				stop = self._notified(text, at)
				self._tick_each_minute(at, at + timedelta(minutes=17))
				five, fifteen = self._runs(stop)
				for run, minutes in ((five, 5), (fifteen, 15)):
					self.assertEqual(run["due_at"], at + timedelta(minutes=minutes))
					self.assertTrue(0 <= run["late_seconds"] < 60, (text, run["late_seconds"]))
				stored = self.records.get("Line Stop", stop)
				self.assertEqual(stored["dispatch_due_at"], at + timedelta(minutes=15))
				self.assertTrue(stored["dispatch_missed"])

	def _tick_each_minute(self, start, last):
		"""As the scheduler does: at the full minute, and a worker takes it up seconds later."""
		clock = SetClock(start)
		ports = replace(self.ports, clock=clock)
		while clock.moment < last:
			clock.moment = clock.moment.replace(second=0) + timedelta(minutes=1, seconds=3)
			jobs.escalate(ports, wait=lambda seconds: clock.move(seconds=seconds))

	# ------------------------------------------------------------------ two schedulers

	@contextmanager
	def _process(self, moment, *how):
		arguments = [sys.executable, "-m", "plant_itsm.tests.escalating_process", frappe.local.site]
		process = subprocess.Popen(
			[*arguments, moment.isoformat(), *how],
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
			cwd=Path(frappe.local.sites_path).resolve(),
		)
		ends = threading.Timer(DEADLINE_SECONDS, process.kill)
		ends.start()
		try:
			self.assertEqual(process.stdout.readline(), "ready\n")
			yield process
		finally:
			ends.cancel()
			process.kill()
			process.communicate()

	def _go(self, process):
		process.stdin.write("go\n")
		process.stdin.flush()

	def test_two_schedulers_at_once_run_each_step_once(self):
		at = NIGHTS[2][1].astimezone(timezone.utc)
		stops = [self._notified(f"Stop {number}", at) for number in range(STOPS)]
		moment = at + timedelta(minutes=15, seconds=1)
		with self._process(moment) as one, self._process(moment) as two:
			for process in (one, two):
				self._go(process)
			self.assertEqual([process.wait() for process in (one, two)], [0, 0])
		frappe.db.rollback()
		for stop in stops:
			self.assertEqual([run["step"][:6] for run in self._runs(stop)], ["5 min ", "15 min"])
		texts = ("nobody dispatched after 15 min", "not acknowledged after 5 min")
		self.assertEqual(self._told(*stops), sorted((stop, text) for stop in stops for text in texts))

	def test_what_a_scheduler_that_is_killed_has_begun_the_other_does(self):
		at = NIGHTS[0][1].astimezone(timezone.utc)
		stop = self._notified("Stop", at)
		moment = at + timedelta(minutes=15, seconds=1)
		with self._process(moment, "stuck") as killed:
			self._go(killed)
			self.assertEqual(killed.stdout.readline(), "telling\n")
			killed.kill()
			killed.wait()
		frappe.db.rollback()
		self.assertEqual((self._runs(stop), self._told(stop)), ([], []))
		for _ in range(2):
			jobs.escalate(replace(self.ports, clock=SetClock(moment)))
		self.assertEqual(len(self._runs(stop)), 2)
		self.assertEqual(len(self._told(stop)), 2)
