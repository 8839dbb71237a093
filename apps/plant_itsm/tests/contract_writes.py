"""Contract of Records: inserting, changing, refusing, and what a transaction keeps together."""

from __future__ import annotations

from decimal import Decimal

from plant_itsm.domain.errors import DuplicateRecordError, InvalidRecordError, MissingRecordError
from plant_itsm.tests.contract_plant import NOON, ContractCase


class UndoneError(Exception):
	"""Raised by a case in the middle of a transaction."""


class WritesContract(ContractCase):
	def test_insert_returns_the_record_as_it_stands(self):
		ci = self.records.insert(
			"OT CI",
			{"ci_name": self.named("AR"), "ci_class": self.plant.ci_class, "plant_site": self.plant.site},
		)
		self.assertEqual((ci["name"], ci["status"], ci["model"]), (self.named("AR"), "Active", None))
		self.assertEqual(ci, self.records.get("OT CI", ci["name"]))

	def test_names_follow_the_autoname_of_the_doctype(self):
		line = self.plant.line("L")
		self.assertEqual(self.plant.cost_model(line), f"{line} from 2026-01-01")
		first, second = self.plant.stop("first"), self.plant.stop("second")
		self.assertRegex(first, r"^LS-\d{4}-\d{5}$")
		self.assertEqual(int(second[-5:]), int(first[-5:]) + 1)

	def test_an_unknown_record_is_none_and_cannot_be_changed(self):
		self.assertIsNone(self.records.get("OT CI", self.named("nobody")))
		self.assertIsNone(self.records.get("OT CI", self.named("nobody"), for_update=True))
		with self.assertRaises(MissingRecordError) as caught:
			self.records.update("OT CI", self.named("nobody"), {"title": "x"})
		self.assertIn(self.named("nobody"), str(caught.exception))

	def test_an_unknown_doctype_is_missing(self):
		with self.assertRaises(MissingRecordError):
			self.records.meta("No Such Thing")

	def test_update_changes_what_is_given_and_nothing_else(self):
		name = self.plant.ci("AR", title="Robot", model="KR 210")
		changed = self.records.update("OT CI", name, {"title": "Welding robot"})
		self.assertEqual((changed["title"], changed["model"]), ("Welding robot", "KR 210"))
		self.assertEqual(changed, self.records.get("OT CI", name))

	def test_a_record_that_was_read_can_be_written_back(self):
		robot = self.plant.ci("AR")
		name = self.plant.segment("VLAN", [{"ci": robot}])
		record = self.records.get("Network Segment", name)
		changed = self.records.update("Network Segment", name, {**record, "vlan_id": 143})
		self.assertEqual(changed["vlan_id"], 143)
		self.assertEqual([(row["ci"], row["role"]) for row in changed["members"]], [(robot, "Device")])

	# ------------------------------------------------------------------ child tables

	def test_child_rows_keep_their_order(self):
		cis = [self.plant.ci(text) for text in ("C", "A", "B")]
		name = self.plant.segment("VLAN", [{"ci": ci} for ci in cis])
		members = self.records.get("Network Segment", name)["members"]
		self.assertEqual([row["ci"] for row in members], cis)
		self.assertEqual({row["role"] for row in members}, {"Device"})

	def test_a_child_table_is_replaced_whole(self):
		a, b, c = (self.plant.ci(text) for text in "ABC")
		name = self.plant.segment("VLAN", [{"ci": a}, {"ci": b}])
		self.records.update("Network Segment", name, {"members": [{"ci": c, "role": "Switch"}]})
		members = self.records.get("Network Segment", name)["members"]
		self.assertEqual([(row["ci"], row["role"]) for row in members], [(c, "Switch")])
		self.assertEqual(self.records.count("Network Segment Member", {"parent": name}), 1)

	def test_a_child_table_that_is_not_given_stays(self):
		robot = self.plant.ci("AR")
		name = self.plant.segment("VLAN", [{"ci": robot}])
		self.records.update("Network Segment", name, {"vlan_id": 143})
		self.assertEqual([row["ci"] for row in self.records.get("Network Segment", name)["members"]], [robot])
		self.records.update("Network Segment", name, {"members": []})
		self.assertEqual(self.records.get("Network Segment", name)["members"], [])

	# ------------------------------------------------------------------ refusals

	def _assert_refused(self, error: type[Exception], doctype: str, values: dict, *words: str) -> None:
		"""Refused, naming thing and value; the transaction around it keeps what it did before and after."""
		before, after = self.named("before"), self.named("after")
		with self.records.transaction():
			self.records.insert("Plant Area", {"area_name": before, "plant_site": self.plant.site})
			with self.assertRaises(error) as caught:
				self.records.insert(doctype, values)
			self.records.insert("Plant Area", {"area_name": after, "plant_site": self.plant.site})
		for word in words:
			self.assertIn(word, str(caught.exception))
		self.assertEqual(self.records.count("Plant Area", {"name": ("in", [before, after])}), 2)

	def test_a_name_cannot_be_given_twice(self):
		name = self.plant.ci("AR")
		values = {"ci_name": name, "ci_class": self.plant.ci_class, "plant_site": self.plant.site}
		self._assert_refused(DuplicateRecordError, "OT CI", values, "OT CI", name)

	def test_a_unique_field_cannot_hold_a_value_twice(self):
		self.plant.stop("open", open_key=self.named("key"))
		values = {"title": self.named("2"), "kind": "Line Stop", "onset": NOON, "detected_at": NOON}
		values["open_key"] = self.named("key")
		self._assert_refused(DuplicateRecordError, "Line Stop", values, "Line Stop", self.named("key"))
		self.assertEqual(self.records.count("Line Stop", {"open_key": self.named("key")}), 1)

	def test_update_cannot_take_a_unique_value_from_another(self):
		self.plant.stop("first", open_key=self.named("key"))
		second = self.plant.stop("second")
		with self.records.transaction():
			with self.assertRaises(DuplicateRecordError):
				self.records.update("Line Stop", second, {"open_key": self.named("key"), "not_priced": "x"})
			self.assertIsNone(self.records.get("Line Stop", second)["not_priced"])
			self.records.update("Line Stop", second, {"not_priced": "still usable"})
		self.assertEqual(self.records.get("Line Stop", second)["not_priced"], "still usable")

	def test_a_unique_field_can_be_empty_many_times(self):
		stops = [self.plant.stop("1"), self.plant.stop("2", open_key=None), self.plant.stop("3", open_key="")]
		self.assertEqual(len(set(stops)), 3)

	def test_a_link_to_nothing_is_refused(self):
		nobody = self.named("nobody")
		values = {"ci_name": self.named("AR"), "ci_class": nobody, "plant_site": self.plant.site}
		self._assert_refused(InvalidRecordError, "OT CI", values, "ci_class", nobody, "CI Class")
		name = self.plant.ci("AR2")
		with self.assertRaises(InvalidRecordError):
			self.records.update("OT CI", name, {"production_line": nobody})

	def test_a_child_row_with_a_link_to_nothing_is_refused(self):
		nobody = self.named("nobody")
		values = {"segment_name": self.named("V"), "plant_site": self.plant.site, "members": [{"ci": nobody}]}
		self._assert_refused(InvalidRecordError, "Network Segment", values, "ci", nobody)
		self.assertIsNone(self.records.get("Network Segment", self.named("V")))

	def test_a_word_that_a_select_does_not_offer_is_refused(self):
		values = {"relation_name": self.named("R"), "failure_travels": "Sideways"}
		self._assert_refused(InvalidRecordError, "CI Relation Type", values, "failure_travels", "Sideways")

	def test_a_missing_value_is_refused(self):
		values = {"line_name": self.named("L"), "plant_area": self.plant.area}
		self._assert_refused(InvalidRecordError, "Production Line", values, "units_per_shift")
		name = self.plant.line("L2")
		with self.assertRaises(InvalidRecordError):
			self.records.update("Production Line", name, {"units_per_shift": None})

	def test_a_negative_number_is_refused_where_none_can_be(self):
		values = {"line_name": self.named("L"), "plant_area": self.plant.area, "units_per_shift": -1}
		self._assert_refused(InvalidRecordError, "Production Line", values, "units_per_shift", "-1")

	def test_a_field_that_does_not_exist_is_refused(self):
		values = {"area_name": self.named("A"), "plant_site": self.plant.site, "colour": "blue"}
		self._assert_refused(InvalidRecordError, "Plant Area", values, "colour")

	# ------------------------------------------------------------------ transactions

	def test_a_transaction_that_raises_leaves_nothing(self):
		area = self.plant.area
		with self.assertRaises(UndoneError), self.records.transaction():
			line = self.plant.line("L")
			self.records.update("Plant Area", area, {"plant_site": self.plant.site})
			self.records.insert_many("Signal Dead Letter", [self.plant.dead_letter()])
			raise UndoneError
		self.assertIsNone(self.records.get("Production Line", line))
		self.assertEqual(self.records.count("Signal Dead Letter", {"connection": self.named("Broker")}), 0)

	def test_a_transaction_in_a_transaction_is_part_of_it(self):
		self.plant.area  # noqa: B018 - made before, so that it outlives the transaction
		with self.assertRaises(UndoneError), self.records.transaction():
			with self.records.transaction():
				line = self.plant.line("L")
			self.assertIsNotNone(self.records.get("Production Line", line))
			raise UndoneError
		self.assertIsNone(self.records.get("Production Line", line))

	def test_a_transaction_sees_its_own_writes(self):
		with self.records.transaction():
			line = self.plant.line("L")
			self.records.update("Production Line", line, {"product": "SUV Model X"})
			self.assertEqual(
				self.records.get("Production Line", line, for_update=True)["product"], "SUV Model X"
			)
		self.assertEqual(self.records.get("Production Line", line)["product"], "SUV Model X")

	def test_a_single_keeps_the_fields_that_are_not_given(self):
		single = "Plant ITSM Settings"
		before = self.records.get(single, single)
		with self.assertRaises(UndoneError), self.records.transaction():
			changes = {"ticket_type": None, "lease_seconds": 77, "notify_by_email": False}
			self.records.update(single, single, changes)
			settings = self.records.get(single, single)
			self.assertEqual((settings["lease_seconds"], settings["notify_by_email"]), (77, False))
			self.assertEqual(settings["drain_batch_size"], before["drain_batch_size"])
			raise UndoneError
		self.assertEqual(self.records.get(single, single)["lease_seconds"], before["lease_seconds"])

	def test_the_same_change_of_many_records(self):
		root, *others = [self.plant.stop(text) for text in "abc"]
		self.records.update_many("Line Stop", [*others, "gone"], {"parent_stop": root, "units_per_shift": 7})
		rows = self.records.find("Line Stop", {"title": ("like", f"{self.prefix} %")}, order_by="title")
		self.assertEqual([row["parent_stop"] for row in rows], [None, root, root])
		self.assertEqual([row["units_per_shift"] for row in rows], [0, 7, 7])
		for values in ({"parent_stop": "gone"}, {"kind": "Strike"}):
			with self.assertRaises(InvalidRecordError):
				self.records.update_many("Line Stop", others, values)

	def test_sums_are_added_up_in_the_row_with_the_same_key(self):
		def row(key, amount):
			values = {"rollup_key": self.named(key), "plant_site": self.plant.site, "period_key": 202601}
			owner = {"object_kind": "Production Line", "object_name": "L", "category": "IT infrastructure"}
			sums = {"spend_type": "OpEx", "amount": Decimal(amount), "currency": "EUR", "entries": 1}
			return {**values, **owner, **sums}

		for key, amount in (("one", "0.10"), ("one", "0.20"), ("two", "5.00"), ("one", "-0.05")):
			self.records.add_up("Cost Rollup", row(key, amount), ("amount", "entries"))
		found = self.records.find("Cost Rollup", {"plant_site": self.plant.site})
		self.assertEqual(
			{one["rollup_key"]: (one["amount"], one["entries"]) for one in found},
			{self.named("one"): (Decimal("0.25"), 3), self.named("two"): (Decimal("5.00"), 1)},
		)
		self.assertEqual({one["period_key"] for one in found}, {202601})

	def test_drafts_become_the_same_records_as_an_ordinary_insert_makes(self):
		line = self.plant.line("L")
		rows = [{"production_line": line, "state": "Stopped", "units_per_shift": 240}]
		values = {
			"title": self.named("a"),
			"kind": "Line Stop",
			"onset": NOON,
			"detected_at": NOON,
			"lines": rows,
		}
		ordinary = self.records.insert("Line Stop", values)
		draft, other_draft = (self.records.draft("Line Stop", values) for _ in range(2))
		self.assertIsNone(self.records.get("Line Stop", draft["name"]))
		other_draft["parent_stop"] = draft["name"]
		self.records.insert_drafts("Line Stop", [draft, other_draft])
		self.assertEqual(len({draft["name"], other_draft["name"], ordinary["name"]}), 3)
		written = ("name", "creation", "modified", "parent")
		stored = self.records.get("Line Stop", draft["name"])
		for one, other in ((stored, ordinary), (stored["lines"][0], ordinary["lines"][0])):
			for fieldname in one.keys() - {"lines", *written}:
				self.assertEqual(one[fieldname], other[fieldname], fieldname)
		self.assertEqual(stored["lines"][0]["parent"], draft["name"])
		same = draft.keys() - {"lines", "creation", "modified"}
		self.assertEqual({key: stored[key] for key in same}, {key: draft[key] for key in same})
		part = self.records.get("Line Stop", other_draft["name"])
		self.assertEqual((part["parent_stop"], len(part["lines"])), (draft["name"], 1))

	def test_a_draft_is_refused_what_is_taken_already(self):
		key = {"open_key": self.named("key")}
		values = {"title": self.named("a"), "kind": "Line Stop", "onset": NOON, "detected_at": NOON, **key}
		self.records.insert("Line Stop", values)
		with self.assertRaisesRegex(DuplicateRecordError, self.named("key")):
			self.records.insert_drafts("Line Stop", [self.records.draft("Line Stop", values)])

	def test_a_locking_find_finds_what_an_ordinary_one_finds(self):
		self.plant.stop("a")
		with self.records.transaction():
			own = {"title": self.plant.named("a")}
			self.assertEqual(
				self.records.find("Line Stop", own, for_update=True), self.records.find("Line Stop", own)
			)

	# ------------------------------------------------------------------ logs

	def _events(self, *keys: str) -> list[dict]:
		ci = self.named("AR")
		if self.records.get("OT CI", ci) is None:
			self.plant.rule("R", self.plant.ci("AR"))
		common = {"signal_rule": self.named("R"), "ci": ci, "event_kind": "Line Stop", "transition": "Raised"}
		place = {"connection": self.plant.connection, "address": "a", "received_time": NOON}
		return [{**common, **place, "event_key": self.named(key)} for key in keys]

	def test_insert_many_leaves_out_known_keys(self):
		self.records.insert_many("OT Signal Event", self._events("1", "2"))
		self.records.insert_many("OT Signal Event", self._events("2", "3", "3", "4"))
		found = self.records.find("OT Signal Event", {"ci": self.named("AR")}, order_by="event_key")
		self.assertEqual([row["event_key"] for row in found], [self.named(key) for key in "1234"])
		self.assertEqual(len({row["name"] for row in found}), 4)

	def test_insert_many_keeps_types(self):
		self.records.insert_many("OT Signal Event", self._events("1"))
		row = self.records.find("OT Signal Event", {"event_key": self.named("1")})[0]
		self.assertEqual((row["received_time"], row["source_time"], row["value"]), (NOON, None, None))

	def test_insert_many_of_nothing_is_nothing(self):
		self.records.insert_many("OT Signal Event", [])
		self.assertEqual(self.records.count("OT Signal Event", {"connection": self.plant.connection}), 0)

	# ------------------------------------------------------------------ stamps

	def test_a_stamp_changes_with_what_it_covers(self):
		doctypes = ("Network Segment", "OT CI")
		robot = self.plant.ci("AR")
		stamps = [self.records.stamp(doctypes)]
		self.assertEqual(self.records.stamp(doctypes), stamps[0])
		name = self.plant.segment("VLAN", [])
		stamps.append(self.records.stamp(doctypes))
		self.records.update("Network Segment", name, {"members": [{"ci": robot}]})
		stamps.append(self.records.stamp(doctypes))
		self.records.update("OT CI", robot, {"status": "Retired"})
		stamps.append(self.records.stamp(doctypes))
		self.assertEqual(len(set(stamps)), 4, stamps)
