"""Contract of the graph's history: what is noted, and the graph as of a past moment."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from plant_itsm.domain.cmdb import Segment
from plant_itsm.domain.errors import MissingRecordError, PlantItsmError
from plant_itsm.services.graph_changes import DOCTYPE
from plant_itsm.services.plants import load_plant
from plant_itsm.services.relation_history import changes_around, graph_as_of, impact_at
from plant_itsm.services.snapshots import load_cmdb
from plant_itsm.tests.contract_plant import ContractCase


@dataclass
class _Now:
	moment: datetime

	def now(self) -> datetime:
		return self.moment


class HistoryContract(ContractCase):
	def _moment(self) -> datetime:
		"""Between what was written before and what will be written after."""
		return self.records.writer().at

	def _lines(self, ci: str, at: datetime) -> list[str]:
		clock = _Now(self.records.writer().at)
		return [line.line.name for line in impact_at(self.records, clock, [ci], at).lines]

	def _changes(self, name: str) -> list[str]:
		rows = self.records.find(DOCTYPE, {"record_name": name}, order_by="changed_at")
		return [row["change"] for row in rows]

	def test_every_write_is_noted_once_with_before_and_after(self):
		line = self.plant.line("L")
		robot = self.plant.ci("Robot")
		self.records.update("OT CI", robot, {"production_line": line})
		self.records.update("OT CI", robot, {"title": "The same place"})
		self.assertEqual(self._changes(robot), ["Added", "Changed"])
		(row,) = self.records.find(DOCTYPE, {"record_name": robot, "change": "Changed"})
		before, after = json.loads(row["before"]), json.loads(row["after"])
		self.assertEqual((before["production_line"], after["production_line"]), (None, line))
		self.assertEqual(row["changed_by"], self.records.writer().user)
		self.assertLess(self._moment() - row["changed_at"], timedelta(minutes=5))

	def test_what_is_refused_or_rolled_back_leaves_no_trace(self):
		robot = self.plant.ci("Robot")
		with self.assertRaises(PlantItsmError):
			self.records.update("OT CI", robot, {"parent_ci": robot})
		with suppress(ZeroDivisionError), self.records.transaction():
			self.records.update("OT CI", robot, {"status": "Retired"})
			raise ZeroDivisionError
		self.assertEqual(self._changes(robot), ["Added"])

	def test_the_graph_is_that_of_the_moment_that_is_asked_for(self):
		first, second = self.plant.line("L1"), self.plant.line("L2")
		robot = self.plant.ci("Robot", production_line=first)
		plc = self.plant.ci("PLC")
		self.plant.relation_type("controls", "Source to Target")
		self.plant.relation(plc, self.named("controls"), robot)
		related = self._moment()
		self.records.update("OT CI", robot, {"production_line": second})
		moved = self._moment()
		self.records.update("CI Relation Type", self.named("controls"), {"failure_travels": "Not at All"})
		cut = self._moment()
		self.assertEqual(self._lines(plc, related), [first])
		self.assertEqual(self._lines(plc, moved), [second])
		self.assertEqual(self._lines(plc, cut), [])
		self.assertEqual(self._lines(robot, cut), [second])

	def test_members_of_segments_and_groups_are_part_of_the_history(self):
		line = self.plant.line("L")
		switch, device = self.plant.ci("Switch"), self.plant.ci("PLC", production_line=line)
		spare = self.plant.ci("Spare")
		segment = self.plant.segment("VLAN", [{"ci": switch, "role": "Switch"}])
		group = self.plant.group("Servers", [spare], [{"production_line": line}], min_up=1)
		alone = self._moment()
		members = [{"ci": switch, "role": "Switch"}, {"ci": device}]
		self.records.update("Network Segment", segment, {"members": members})
		self.records.update("Redundancy Group", group, {"members": [{"ci": spare}, {"ci": switch}]})
		past, now = load_cmdb(graph_as_of(self.records, alone)), load_cmdb(self.records)
		self.assertEqual([one.members for one in past.segments if one.name == segment], [(switch,)])
		self.assertEqual(
			[set(one.members) for one in now.segments if one.name == segment], [{switch, device}]
		)
		self.assertEqual([one.members for one in past.groups if one.name == group], [(spare,)])
		self.assertEqual(len(next(one for one in now.groups if one.name == group).members), 2)
		self.assertEqual(self._lines(spare, alone), [line])
		self.assertEqual(self._lines(spare, self._moment()), [])

	def test_the_graph_as_of_now_is_the_graph(self):
		line = self.plant.line("L1")
		self.plant.feed(line, self.plant.line("L2"), 12.5)
		robot = self.plant.ci("Robot", production_line=line)
		self.plant.segment("VLAN", [{"ci": robot, "role": "Switch"}])
		self.plant.group("Robots", [robot], [{"production_line": line}], min_up=1)
		past, now = load_cmdb(graph_as_of(self.records, self._moment())), load_cmdb(self.records)
		self.assertEqual((past.items, set(past.relations)), (now.items, set(now.relations)))
		self.assertEqual(set(past.groups), set(now.groups))
		self.assertEqual(_members(past.segments), _members(now.segments))
		self.assertEqual((set(past.feeds), past.lines), (set(now.feeds), now.lines))

	def test_a_ci_that_was_not_there_is_told_with_a_way_out(self):
		before = self._moment()
		robot = self.plant.ci("Robot")
		with self.assertRaisesRegex(MissingRecordError, f"{robot} was not in use at .*It changed on"):
			self._lines(robot, before)
		with self.assertRaisesRegex(MissingRecordError, "does not exist"):
			self._lines(self.named("nobody"), before)

	def test_an_import_is_noted_too(self):
		before = self._moment()
		site, ci_class = self.plant.site, self.plant.ci_class
		with tempfile.TemporaryDirectory() as folder:
			rows = [["ci_name", "ci_class", "plant_site", "parent_ci"]]
			rows += [
				[self.named(f"CI {n}"), ci_class, site, self.named("CI 0") if n else ""] for n in range(3)
			]
			_write(Path(folder) / "OT CI.csv", rows)
			load_plant(self.records, Path(folder))
			rows[1][3], rows[2][3] = self.named("CI 2"), ""
			_write(Path(folder) / "OT CI.csv", [rows[0], [self.named("CI 0"), ci_class, site, ""]])
			load_plant(self.records, Path(folder))
		for number in range(3):
			self.assertEqual(self._changes(self.named(f"CI {number}")), ["Added"])
		(row,) = self.records.find(DOCTYPE, {"record_name": self.named("CI 2")})
		self.assertEqual(json.loads(row["after"])["parent_ci"], self.named("CI 0"))
		self.assertNotIn(self.named("CI 0"), load_cmdb(graph_as_of(self.records, before)).items)

	def test_who_has_changed_what_around_a_ci_is_listed(self):
		robot, plc = self.plant.ci("Robot"), self.plant.ci("PLC")
		kind = self.plant.relation_type("controls", "Source to Target")
		relation = self.plant.relation(plc, kind, robot)
		self.plant.ci("Elsewhere")
		found = changes_around(self.records, robot)
		self.assertEqual([row["record_name"] for row in found], [relation, robot])


def _members(segments: Iterable[Segment]) -> dict[str, tuple[set[str], set[str]]]:
	"""A site keeps the rows of a table in the order of their names, which are random."""
	return {segment.name: (set(segment.switches), set(segment.members)) for segment in segments}


def _write(file: Path, rows: Iterable[Iterable[str]]) -> None:
	with file.open("w", encoding="utf-8", newline="") as stream:
		csv.writer(stream).writerows(rows)
