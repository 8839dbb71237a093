"""The database goes away in the middle of batches: connections that are killed, a lock that is not given back, a
deadlock. Real MariaDB, Redis, drain and deliveries; nothing may be lost, and nothing doubled."""

import json
import logging
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import frappe
import redis
from pypika import Table

from plant_itsm.domain.errors import StoreUnavailableError
from plant_itsm.domain.signals import RawSignal
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.ot_listeners import jobs
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.services import outbox
from plant_itsm.services.drain import STATE
from plant_itsm.services.plant_locks import DOCTYPE as PLANT_LOCK
from plant_itsm.services.plant_locks import GROUPING
from plant_itsm.services.settings import DOCTYPE as SETTINGS
from plant_itsm.tests.site_case import PlantCase

DEADLINE_SECONDS = 60
ROBOTS, STEPS = 4, 30
KILLS, LONGEST_PAUSE_SECONDS = 5, 0.1
MANY_ROWS = 500
"""Of two transactions that wait for each other MariaDB undoes the one that has written less."""
SETTING = {"drain_batch_size": 5, "suspected_root_from": 0}


@dataclass
class Jobs:
	"""What the drain leaves to workers; the test delivers it."""

	stops: list[str] = field(default_factory=list)

	def enqueue(self, job, *, queue, timeout_seconds, **arguments):
		if job == "deliver":
			self.stops += arguments["line_stops"]


class Losses(logging.Handler):
	"""What the drain says when it cannot go on."""

	def __init__(self):
		super().__init__(logging.WARNING)
		self.told = []
		self.first = threading.Event()

	def emit(self, record):
		if "the drain waits" in record.getMessage():
			self.told.append(record.getMessage())
			self.first.set()


class TestDatabaseFaults(PlantCase):
	def setUp(self):
		super().setUp()
		people = [{"role": "Production Manager", "user": "Administrator"}]
		line = self.plant.line("Line", responsibles=people)
		self.plant.cost_model(line)
		self.robots = [
			self.plant.ci(f"AR-{n}", production_line=line, line_effect="Stops Line") for n in range(ROBOTS)
		]
		for robot in self.robots:
			self.plant.rule(
				f"{robot} offline", robot, value_path="state", address=self._topic(robot, "state")
			)
			counter = {"event_kind": "Information", "condition": "changed", "condition_value": ""}
			address = self._topic(robot, "counter")
			self.plant.rule(f"{robot} counter", robot, value_path="state", address=address, **counter)
		before = self.records.get(SETTINGS, SETTINGS)
		self.records.update(SETTINGS, SETTINGS, SETTING)
		frappe.db.commit()
		self.addCleanup(self._set_back, {name: before[name] for name in SETTING})
		self.connection = self.plant.connection
		self.client = redis.Redis.from_url(self.ports.redis_url)
		self.addCleanup(self._forget_streams)
		self.queue = Jobs()
		self.ports = replace(self.ports, jobs=self.queue)
		self.losses = Losses()
		log = logging.getLogger("plant_itsm.ot_listeners.draining")
		log.addHandler(self.losses)
		self.addCleanup(log.removeHandler, self.losses)

	def _set_back(self, values):
		self.records.update(SETTINGS, SETTINGS, values)
		frappe.db.commit()

	def _forget_streams(self):
		for key in self.client.scan_iter(match=f"plant_itsm:{self.ports.namespace}:*{self.prefix}*"):
			self.client.delete(key)
		self.client.close()

	def _topic(self, robot, what):
		return f"plant/{robot}/{what}"

	# ------------------------------------------------------------------ traffic

	def _send(self):
		"""Counters that change with every signal, and in between each robot stops; half of them go on again."""
		streams = SignalStreams(self.client, self.ports.namespace)
		start = self.ports.clock.now() - timedelta(seconds=STEPS)
		self.sent, self.expected = 0, Counter()
		for step in range(STEPS):
			at = start + timedelta(milliseconds=100 * step)
			for number, robot in enumerate(self.robots):
				self._append(streams, self._topic(robot, "counter"), step, at, is_event=step > 0)
				if step == 3 + number:
					self._append(streams, self._topic(robot, "state"), "offline", at)
				if step == 8 + number and number % 2:
					self._append(streams, self._topic(robot, "state"), "running", at)

	def _append(self, streams, address, value, at, *, is_event=True):
		payload = json.dumps({"state": value, "ts": at.isoformat()}).encode()
		streams.append(self.connection, RawSignal(address, payload, at, source_time=at))
		self.sent += 1
		if is_event:
			self.expected[address, at] += 1

	def _received(self):
		try:
			with self.records.transaction():
				state = self.records.get(STATE, self.connection)
		except StoreUnavailableError:
			return 0
		return state["received"] if state else 0

	def _drain(self):
		"""The drain's own loop, until it has taken everything."""
		wanted, deadline = self.sent, time.monotonic() + DEADLINE_SECONDS
		while self._received() < wanted:
			self.assertLess(time.monotonic(), deadline, f"{wanted} signals within {DEADLINE_SECONDS} s")
			with suppress(StoreUnavailableError):  # before it has begun: the tick starts it again
				jobs.drain(self.ports, lambda: self._received() < wanted and time.monotonic() < deadline)

	def _deliver(self):
		"""What workers do: a job that the database stops is carried out by the sweeper once more."""
		deadline = time.monotonic() + DEADLINE_SECONDS
		waiting = list(self.queue.stops)
		while waiting:
			self.assertLess(time.monotonic(), deadline, "everything delivered")
			try:
				outbox.deliver(self.ports, waiting[0])
				del waiting[0]
			except StoreUnavailableError:
				continue

	# ------------------------------------------------------------------ the books

	def _check_books(self):
		with self.records.transaction():
			events = self.records.find("OT Signal Event", {"connection": self.connection})
			stops = self.records.find("Line Stop", {"root_ci": ("in", self.robots)})
			names = [stop["name"] for stop in stops]
			tickets = self.records.find("HD Ticket", {"plant_line_stop": ("in", names)})
			told = self.records.find("Notification Log", {"document_name": ("in", self._names(tickets))})
			state = self.records.get(STATE, self.connection)
		found = Counter((event["address"], event["source_time"]) for event in events)
		pairs = {
			"events": (self.expected, found),
			"stops": (Counter(self.robots), Counter(stop["root_ci"] for stop in stops)),
			"tickets": (Counter(names), Counter(ticket["plant_line_stop"] for ticket in tickets)),
			"notifications": (Counter(self._names(tickets)), Counter(row["document_name"] for row in told)),
		}
		for what, (wanted, there) in pairs.items():
			lost, doubled = wanted - there, there - wanted
			self.assertEqual(
				(lost.total(), doubled.total()), (0, 0), f"{what}: {lost} lost, {doubled} doubled"
			)
		self.assertEqual((state["received"], state["events"]), (self.sent, self.expected.total()))
		ended = sorted(stop["root_ci"] for stop in stops if stop["status"] == "Ended")
		self.assertEqual(ended, sorted(self.robots[1::2]))

	def _names(self, records):
		return [str(record["name"]) for record in records]

	# ------------------------------------------------------------------ the faults

	@contextmanager
	def _beside(self, work):
		"""Run work(records) beside the block, on a connection of its own; it must end by itself."""
		errors = []

		def run(site):
			try:
				with frappe.init_site(site):
					frappe.connect()
					try:
						work(FrappeRecords())
					finally:
						frappe.db.close()
			except BaseException as error:
				errors.append(error)

		thread = threading.Thread(target=run, args=(frappe.local.site,), daemon=True)
		thread.start()
		yield
		thread.join(DEADLINE_SECONDS)
		self.assertFalse(thread.is_alive())
		self.assertEqual(errors, [])

	def test_connections_that_are_killed_at_random_moments(self):
		self._send()
		victim, chance = frappe.local.db, random.Random(7)
		done, kills = threading.Event(), []
		streams = SignalStreams(redis.Redis.from_url(self.ports.redis_url), self.ports.namespace)

		def kill(_records):
			"""As long as signals wait: each time the drain has got on, and a random moment later."""
			frappe.db.connect()
			waiting = streams.length(self.connection)
			while waiting and len(kills) < KILLS and not done.wait(chance.uniform(0, LONGEST_PAUSE_SECONDS)):
				before, waiting = waiting, streams.length(self.connection)
				connection = victim._conn
				if waiting < before and connection:
					with suppress(frappe.db.OperationalError):  # it has just gone by itself
						frappe.db._conn.kill(connection.thread_id())
						kills.append(waiting)

		with self._beside(kill):
			try:
				self._drain()
				self._deliver()
			finally:
				done.set()
		self._check_books()
		self.assertGreaterEqual(len(kills), 3)
		self.assertTrue(self.losses.told, "they have met the drain at work")

	def test_a_lock_that_is_held_for_longer_than_the_database_waits(self):
		self._send()
		locked = threading.Event()

		def hold(records):
			with records.transaction():
				records.get(PLANT_LOCK, GROUPING, for_update=True)
				locked.set()
				self.losses.first.wait(DEADLINE_SECONDS)

		with self._beside(hold):
			self.assertTrue(locked.wait(DEADLINE_SECONDS))
			frappe.db.sql("set session innodb_lock_wait_timeout = 1")  # 50 s by default
			self._drain()
			self._deliver()
		self._check_books()
		self.assertIn("Lock wait timeout", self.losses.told[0])

	def test_a_deadlock_that_the_drain_loses(self):
		self._send()
		drain, locked = frappe.local.db._conn.thread_id(), threading.Event()
		letters = [self.plant.dead_letter(reason=f"row {n}") for n in range(MANY_ROWS)]

		def cross(records):
			with self.assertRaises(_UndoneError), records.transaction():
				records.get(PLANT_LOCK, GROUPING, for_update=True)
				records.insert_many("Signal Dead Letter", letters)
				locked.set()
				self._wait_until_it_asks_for(PLANT_LOCK, drain)
				records.get(STATE, self.connection, for_update=True)
				self.assertTrue(self.losses.first.wait(DEADLINE_SECONDS))
				raise _UndoneError

		with self._beside(cross):
			self.assertTrue(locked.wait(DEADLINE_SECONDS))
			self._drain()
			self._deliver()
		self._check_books()
		self.assertIn("Deadlock", self.losses.told[0])

	def _wait_until_it_asks_for(self, doctype, connection):
		"""Until the statement that a connection waits with is one on the table of a DocType."""
		processes = Table("PROCESSLIST", schema="information_schema")
		running = frappe.qb.from_(processes).select(processes.INFO).where(processes.ID.eq(connection))
		deadline = time.monotonic() + DEADLINE_SECONDS
		while f"tab{doctype}" not in str(running.run()):
			self.assertLess(time.monotonic(), deadline)


class _UndoneError(Exception):
	pass
