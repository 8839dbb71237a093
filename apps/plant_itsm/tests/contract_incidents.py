"""One root, one incident, on both editions: tickets are merged as Helpdesk merges them, and two drains at once agree.

Mixed into a TestCase that provides `ports` and `in_own_connection`. Nothing in here imports frappe.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from plant_itsm.domain.errors import CorrectionError, LeaseLostError, StoreUnavailableError
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.domain.vocabulary import ResponseStage, StopClassification
from plant_itsm.ports import Ports, Record
from plant_itsm.services import outbox, response
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.plant_locks import GROUPING, holding
from plant_itsm.services.stop_history import merge_stops, reclassify_stop
from plant_itsm.tests.contract_plant import ContractCase

ROBOTS = 6
RACE_SECONDS = 60
HELD_SECONDS = 0.5
"""So long a lock is held against somebody who would be done much sooner."""


class Source:
	"""The drain of one connection with the signals of its machines."""

	def __init__(self, ports: Ports, connection: str, prefix: str):
		self._ports = ports
		self._connection = connection
		self._prefix = prefix
		self._sequence = 0
		self._drain = self._take_over()

	def _take_over(self) -> ConnectionDrain:
		while True:
			with self._ports.records.transaction():
				model = ImpactModel(self._ports.records)
			try:
				return ConnectionDrain(self._ports, self._connection, model)
			except StoreUnavailableError:  # both make the row of their connection at once
				continue

	def send(self, cis: Sequence[str], state: str) -> list[str]:
		"""One batch; returns what is to be delivered. Goes on where another drain or the database made it stop."""
		batch = [self._signal(ci, state) for ci in cis]
		while True:
			try:
				return self._drain.process(batch)
			except LeaseLostError:  # the site's own drain runs and has found the new connection; now it ends
				self._drain = self._take_over()
			except StoreUnavailableError:  # a deadlock: the drain's loop tries again, too
				continue

	def pass_time(self) -> list[str]:
		return self._drain.pass_time()

	def _signal(self, ci: str, state: str) -> StreamedSignal:
		self._sequence += 1
		payload = f'{{"state": "{state}"}}'.encode()
		signal = RawSignal(f"plant/{self._prefix}/{ci}", payload, self._ports.clock.now())
		return StreamedSignal(f"{self._sequence}-0", signal)


class IncidentsContract(ContractCase):
	ports: Ports

	def in_own_connection(self, work: Callable[[Ports], None]) -> None:
		"""Call `work` with ports of its own, as another process would have them."""
		raise NotImplementedError

	@cached_property
	def line(self) -> str:
		line = self.plant.line("Line")
		self.plant.cost_model(line)
		return line

	@cached_property
	def robots(self) -> list[str]:
		robots = [
			self.plant.ci(f"AR-{n}", production_line=self.line, line_effect="Stops Line")
			for n in range(ROBOTS)
		]
		for robot in robots:
			self._rule(robot, self.plant.connection)
		return robots

	@cached_property
	def switch(self) -> str:
		"""Of the VLAN of all robots, watched by another connection."""
		switch = self.plant.ci("SW")
		devices = [{"ci": robot, "role": "Device"} for robot in self.robots]
		self.plant.segment("VLAN", [{"ci": switch, "role": "Switch"}, *devices])
		values = {"connection_name": self.named("Switches"), "protocol": "MQTT", "host": "broker.example"}
		self._rule(switch, str(self.records.insert("OT Connection", values)["name"]))
		return switch

	def _rule(self, ci: str, connection: str) -> None:
		address = f"plant/{self.prefix}/{ci}"
		self.plant.rule(f"{ci} offline", ci, value_path="state", address=address, connection=connection)

	def _source(self, ports: Ports, connection: str) -> Source:
		return Source(ports, connection, self.prefix)

	def _commit(self) -> None:
		with self.records.transaction():
			pass

	def _open_tickets(self) -> list[Record]:
		cis = ("in", [*self.robots, self.switch])
		return self.records.find("HD Ticket", {"plant_root_ci": cis, "status": "Open"})

	def _deliver(self, stops: Sequence[str]) -> None:
		for stop in stops:
			outbox.deliver(self.ports, stop)

	def _comments(self, ticket: str) -> list[str]:
		rows = self.records.find("HD Ticket Comment", {"reference_ticket": ticket}, order_by="creation")
		return [row["content"] for row in rows]

	def test_a_ticket_on_which_people_have_worked_is_merged_and_nothing_is_lost(self) -> None:
		assert self.switch
		self._commit()
		robots = self._source(self.ports, self.plant.connection)
		self._deliver(robots.send(self.robots[:1], "offline"))
		(first,) = self._open_tickets()
		words = {"reference_ticket": first["name"], "commented_by": "Guest", "content": "Gripper is hot."}
		self.records.insert("HD Ticket Comment", words)
		self._commit()
		switches = self._source(self.ports, self.named("Switches"))
		self._deliver(switches.send([self.switch], "offline"))
		(ticket,) = self._open_tickets()
		merged = self.records.get("HD Ticket", first["name"])
		assert merged is not None
		self.assertEqual(ticket["plant_root_ci"], self.switch)
		self.assertEqual((merged["status"], merged["is_merged"]), ("Closed", True))
		self.assertEqual(merged["merged_with"], ticket["name"])
		for name in (merged["name"], ticket["name"]):
			self.assertTrue(any("Gripper is hot." in text for text in self._comments(name)), name)
		self.assertTrue(any("merged into ticket" in text for text in self._comments(merged["name"])))
		self.assertTrue(any("was merged into this one" in text for text in self._comments(ticket["name"])))

	def test_a_part_that_outlasts_its_root_has_its_ticket_back(self) -> None:
		assert self.switch
		settings = "Plant ITSM Settings"
		before = (self.records.get(settings, settings) or {})["child_grace_seconds"]
		self.records.update(settings, settings, {"child_grace_seconds": 0})
		self._commit()
		try:
			robots = self._source(self.ports, self.plant.connection)
			switches = self._source(self.ports, self.named("Switches"))
			self._deliver(robots.send(self.robots[:1], "offline"))
			self._deliver(switches.send([self.switch], "offline"))
			self._deliver(switches.send([self.switch], "running"))
			self._deliver(switches.pass_time())
		finally:
			self.records.update(settings, settings, {"child_grace_seconds": before})
			self._commit()
		tickets = {ticket["plant_root_ci"]: ticket for ticket in self._open_tickets()}
		self.assertEqual(sorted(tickets), sorted([self.switch, self.robots[0]]))
		self.assertFalse(tickets[self.robots[0]]["is_merged"])
		ends = [text for text in self._comments(tickets[self.switch]["name"]) if "ended after" in text]
		self.assertEqual(len(ends), 1)

	def test_a_root_that_shows_late_keeps_who_has_acknowledged_and_when(self) -> None:
		assert self.switch
		self._commit()
		robots = self._source(self.ports, self.plant.connection)
		self._deliver(robots.send(self.robots[:2], "offline"))
		(first,) = self.records.find("Line Stop", {"root_ci": self.robots[1]})
		person = self._user("fitter", "Robot Maintenance")
		with self.records.transaction():
			response.report(self.ports, first["name"], ResponseStage.ACKNOWLEDGED, person)
		(acknowledged,) = self.records.find("Line Stop", {"root_ci": self.robots[1]})
		switches = self._source(self.ports, self.named("Switches"))
		self._deliver(switches.send([self.switch], "offline"))
		(root,) = self.records.find("Line Stop", {"root_ci": self.switch})
		self.assertEqual(
			(root["stage"], root["acknowledged_by"], root["acknowledged_at"]),
			("Acknowledged", person, acknowledged["acknowledged_at"]),
		)
		told = self.records.find("Comment", {"reference_name": root["name"]})
		self.assertTrue(any(f"by {person}, as " in row["content"] for row in told), told)

	def test_stops_are_corrected_and_grouped_one_after_the_other(self) -> None:
		assert self.switch
		onset = self.records.writer().at - timedelta(hours=1)
		times = {"onset": onset, "ended_at": onset + timedelta(minutes=30), "status": "Ended"}
		lines = [{"production_line": self.line, "state": "Stopped"}]
		names = [self.plant.stop(robot, root_ci=robot, lines=lines, **times) for robot in self.robots[:3]]
		self._commit()
		begun, over = threading.Event(), threading.Event()
		refused: list[BaseException] = []

		def merge(ports: Ports) -> None:
			begun.wait(RACE_SECONDS)
			try:
				with ports.records.transaction():
					merge_stops(ports.records, names[:2], "one cause")
			except CorrectionError as error:
				refused.append(error)
			finally:
				over.set()

		merger = threading.Thread(target=self.in_own_connection, args=(merge,))
		merger.start()
		with holding(self.records, GROUPING):
			begun.set()
			self.assertFalse(over.wait(HELD_SECONDS), "it waits for the lock")
			self.records.update_many("Line Stop", [names[1]], {"parent_stop": names[2]})
		merger.join(RACE_SECONDS)
		self.assertEqual(len(refused), 1)
		self.assertIn(f"is part of {names[2]}", str(refused[0]))

	def _open_stop(self, **more: Any) -> str:
		onset = self.records.writer().at - timedelta(minutes=10)
		lines = [{"production_line": self.line, "state": "Stopped"}]
		times = {"onset": onset, "detected_at": onset}
		return self.plant.stop(
			"S", root_ci=self.robots[0], lines=lines, open_key=self.prefix, **times, **more
		)

	def _posted(self, stop: str) -> list[str]:
		rows = self.records.find("Outbox Entry", {"line_stop": stop}, order_by="creation")
		return [row["action"] for row in rows]

	def test_an_open_stop_that_counts_as_something_else_has_the_priority_of_that(self) -> None:
		stop = self._open_stop(priority="P1")
		reclassify_stop(self.records, stop, StopClassification.PLANNED, None, "known to all")
		stored = self.records.get("Line Stop", stop) or {}
		last = self.records.find("Priority Rule", {"enabled": True}, order_by="position")[-1]["priority"]
		self.assertNotEqual(last, "P1")
		self.assertEqual(
			(stored["priority"], stored["priority_reason"]),
			(last, f"{last} because no rule speaks of a planned stop: that of the last rule"),
		)
		reclassify_stop(self.records, stop, StopClassification.UNPLANNED, None, "it was not")
		self.assertEqual((self.records.get("Line Stop", stop) or {})["priority"], "P1")
		self.assertEqual(self._posted(stop), ["Update Ticket"] * 2)

	def test_an_open_stop_that_turns_out_unplanned_gets_its_ticket(self) -> None:
		stop = self._open_stop(kind="Planned Stop")
		reclassify_stop(self.records, stop, StopClassification.UNPLANNED, None, "nobody had planned it")
		self.assertEqual((self.records.get("Line Stop", stop) or {})["priority"], "P1")
		self.assertEqual(self._posted(stop), ["Open Ticket", "Notify"])

	def test_two_drains_at_once_come_to_one_incident(self) -> None:
		assert self.switch
		self._commit()
		start = threading.Barrier(2)
		errors: list[BaseException] = []

		def race(connection: str, batches: Sequence[Sequence[str]]) -> None:
			def work(ports: Ports) -> None:
				source = self._source(ports, connection)
				start.wait(RACE_SECONDS)
				for batch in batches:
					for stop in source.send(batch, "offline"):
						outbox.deliver(ports, stop)

			try:
				self.in_own_connection(work)
			except BaseException as error:
				errors.append(error)

		drains = [
			threading.Thread(target=race, args=(self.plant.connection, [[robot] for robot in self.robots])),
			threading.Thread(target=race, args=(self.named("Switches"), [[self.switch]])),
		]
		for drain in drains:
			drain.start()
		for drain in drains:
			drain.join(RACE_SECONDS)
		self.assertEqual(errors, [])
		self._commit()
		stops = self.records.find("Line Stop", {"root_ci": ("in", [*self.robots, self.switch])})
		self._deliver([stop["name"] for stop in stops])  # what a deadlock may have left to the sweeper
		roots = [stop for stop in stops if not stop["parent_stop"]]
		self.assertEqual([stop["root_ci"] for stop in roots], [self.switch])
		self.assertEqual({stop["parent_stop"] for stop in stops} - {None}, {roots[0]["name"]})
		self.assertEqual(len(stops), ROBOTS + 1)
		self.assertEqual(str(roots[0]["cost_per_hour"]), "3800.00")
		self.assertEqual([ticket["plant_root_ci"] for ticket in self._open_tickets()], [self.switch])
