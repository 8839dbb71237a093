"""Contract of Records: which records a filter finds, and in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.tests.contract_plant import NOON, ContractCase

LATER = NOON + timedelta(hours=1)


class FindsContract(ContractCase):
	def _stops(self) -> None:
		self.plant.stop("a", units_per_shift=10, ended_at=NOON, not_priced="no model")
		self.plant.stop("b", units_per_shift=20, ended_at=LATER, status="Ended")
		self.plant.stop("c", units_per_shift=30)

	def _found(self, filters: dict[str, Any], **options: Any) -> str:
		"""The last letters of the titles of the stops of this case that fit."""
		options.setdefault("order_by", "title")
		own = {"title": ("like", f"{self.prefix} %")}
		rows = self.records.find("Line Stop", {**own, **filters}, **options)
		self.assertTrue(
			options.get("limit") or self.records.count("Line Stop", {**own, **filters}) == len(rows)
		)
		return "".join(row["title"][-1] for row in rows)

	def test_each_operator_finds_what_it_says(self):
		self._stops()
		for filters, expected in (
			({}, "abc"),
			({"units_per_shift": 20}, "b"),
			({"units_per_shift": ("=", 20)}, "b"),
			({"units_per_shift": ("!=", 20)}, "ac"),
			({"units_per_shift": ("<", 20)}, "a"),
			({"units_per_shift": ("<=", 20)}, "ab"),
			({"units_per_shift": (">", 20)}, "c"),
			({"units_per_shift": (">=", 20)}, "bc"),
			({"units_per_shift": ("in", [10, 30, 99])}, "ac"),
			({"units_per_shift": ("in", [])}, ""),
			({"title": ("like", f"{self.prefix}%b")}, "b"),
			({"title": ("like", self.prefix)}, ""),
			({"ended_at": ("is", "set")}, "ab"),
			({"ended_at": ("is", "not set")}, "c"),
			({"status": "Open", "ended_at": ("is", "set")}, "a"),
		):
			with self.subTest(filters):
				self.assertEqual(self._found(filters), expected)

	def test_an_empty_field_is_equal_to_none_and_to_empty_text(self):
		self._stops()
		for filters, expected in (
			({"not_priced": None}, "bc"),
			({"not_priced": ""}, "bc"),
			({"not_priced": ("!=", None)}, "a"),
			({"not_priced": ("!=", "no model")}, "bc"),
			({"not_priced": ("in", ["no model", None])}, "abc"),
			({"not_priced": ("is", "not set")}, "bc"),
			({"ended_at": None}, "c"),
			({"duration_seconds": ("is", "not set")}, "abc"),
			({"units_per_shift": ("is", "set")}, "abc"),
		):
			with self.subTest(filters):
				self.assertEqual(self._found(filters), expected)

	def test_an_empty_moment_is_neither_before_nor_after_another(self):
		self._stops()
		self.assertEqual(self._found({"ended_at": ("<=", NOON)}), "a")
		self.assertEqual(self._found({"ended_at": ("<", LATER)}), "a")
		self.assertEqual(self._found({"ended_at": (">=", NOON)}), "ab")
		self.assertEqual(self._found({"ended_at": LATER}), "b")

	def test_yes_and_no_can_be_asked_for(self):
		name = self.plant.connection
		self.assertEqual(self.records.count("OT Connection", {"name": name, "enabled": True}), 1)
		self.assertEqual(self.records.count("OT Connection", {"name": name, "enabled": False}), 0)

	def test_order_and_limit(self):
		self._stops()
		self.assertEqual(self._found({}, order_by="units_per_shift", descending=True), "cba")
		self.assertEqual(self._found({}, order_by="units_per_shift", limit=2), "ab")
		self.assertEqual(self._found({}, order_by="creation"), "abc")
		self.assertEqual(self._found({}, order_by="creation", descending=True, limit=1), "c")

	def test_records_that_are_found_have_every_field_but_no_child_tables(self):
		name = self.plant.line("L", product="SUV Model X")
		found = self.records.find("Production Line", {"name": name})[0]
		record = self.records.get("Production Line", name)
		tables = [table.fieldname for table in self.records.meta("Production Line").tables]
		self.assertIn("shifts", tables)
		self.assertEqual({*found, *tables}, record.keys())
		self.assertEqual({**found, **{table: [] for table in tables}}, record)

	def test_child_rows_can_be_found_by_their_parent(self):
		robot = self.plant.ci("AR")
		name = self.plant.segment("VLAN", [{"ci": robot, "role": "Switch"}])
		filters = {"parenttype": "Network Segment", "ci": robot}
		rows = self.records.find("Network Segment Member", filters, order_by="parent")
		self.assertEqual([(row["parent"], row["role"]) for row in rows], [(name, "Switch")])

	def test_an_unknown_field_or_operator_is_refused(self):
		for filters in ({"colour": "blue"}, {"title": ("near", "x")}):
			with self.subTest(filters), self.assertRaises(InvalidRecordError):
				self.records.find("Line Stop", filters)
		with self.assertRaises(InvalidRecordError):
			self.records.find("Line Stop", order_by="title; drop table")
