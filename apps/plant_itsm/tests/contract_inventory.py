"""Contract of the CI model: the equipment hierarchy, the attributes of an inventory, program versions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.program_versions import drift, last_good
from plant_itsm.tests.contract_plant import NOON, ContractCase

OLD, NEW = "a" * 64, "b" * 64


class InventoryContract(ContractCase):
	def _class(self, level: str) -> str:
		values = {
			"class_name": self.named(f"class {level}"),
			"service_layer": "Plant & Cloud Infrastructure",
			"ci_type": "OT CI",
			"equipment_level": level,
		}
		return str(self.records.insert("CI Class", values)["name"])

	def _leveled(self, text: str, level: str, **more: Any) -> str:
		name = self.named(f"class {level}")
		ci_class = name if self.records.get("CI Class", name) else self._class(level)
		return self.plant.ci(text, ci_class=ci_class, **more)

	def _version(self, ci: str, version: str, day: int, **more: Any) -> str:
		values = {"ci": ci, "version": version, "taken_on": NOON + timedelta(days=day), **more}
		return str(self.records.insert("CI Program Version", values)["name"])

	# ------------------------------------------------------------- hierarchy

	def test_levels_of_equipment_go_downwards(self):
		robot = self._leveled("Robot", "Work Unit")
		gripper = self._leveled("Gripper", "Equipment Module", parent_ci=robot)
		valve = self._leveled("Valve", "Control Module", parent_ci=gripper)
		with self.assertRaisesRegex(PlantItsmError, "a Control Module .* cannot contain an Equipment Module"):
			self._leveled("Second gripper", "Equipment Module", parent_ci=valve)
		with self.assertRaisesRegex(PlantItsmError, "cannot contain a Work Unit .*Work Cell"):
			self._leveled("Second robot", "Work Unit", parent_ci=gripper)

	def test_what_has_no_level_does_not_hide_the_levels_around_it(self):
		valve = self._leveled("Valve", "Control Module")
		rack = self.plant.ci("Rack", parent_ci=valve)
		with self.assertRaisesRegex(PlantItsmError, "cannot contain a Work Unit"):
			self._leveled("Robot", "Work Unit", parent_ci=rack)
		loose = self.plant.ci("Loose rack")
		self._leveled("Robot", "Work Unit", parent_ci=loose)
		with self.assertRaisesRegex(PlantItsmError, "holds .* Robot"):
			self.records.update("OT CI", loose, {"parent_ci": valve})

	def test_a_class_cannot_get_a_level_that_its_cis_contradict(self):
		robot = self._leveled("Robot", "Work Unit")
		self._leveled("Gripper", "Equipment Module", parent_ci=robot)
		with self.assertRaisesRegex(PlantItsmError, "Gripper"):
			self.records.update(
				"CI Class", self.named("class Work Unit"), {"equipment_level": "Control Module"}
			)

	def test_parents_cannot_form_a_cycle(self):
		first = self.plant.ci("A")
		second = self.plant.ci("B", parent_ci=first)
		third = self.plant.ci("C", parent_ci=second)
		with self.assertRaisesRegex(PlantItsmError, f"{first} → {third} → {second} → {first}"):
			self.records.update("OT CI", first, {"parent_ci": third})
		with self.assertRaisesRegex(PlantItsmError, "cycle"):
			self.records.update("OT CI", first, {"parent_ci": first})

	def test_parents_and_relations_cannot_form_a_cycle_together(self):
		part_of = self.plant.part_of()
		first, second, third = self.plant.ci("A"), self.plant.ci("B"), self.plant.ci("C")
		self.records.update("OT CI", second, {"parent_ci": first})
		self.plant.relation(third, part_of, second)
		with self.assertRaisesRegex(
			PlantItsmError, f"OT CI {first}: .*cycle: {first} → {third} → {second} → {first}"
		):
			self.records.update("OT CI", first, {"parent_ci": third})
		with self.assertRaisesRegex(PlantItsmError, "cycle"):
			self.plant.relation(first, part_of, third)
		self.assertIsNone(self.records.get("OT CI", first)["parent_ci"] or None)

	def test_a_part_is_at_the_site_of_the_whole(self):
		robot = self.plant.ci("Robot")
		values = {"site_name": self.named("Elsewhere"), "time_zone": "Europe/Paris", "currency": "EUR"}
		elsewhere = self.records.insert("Plant Site", values)["name"]
		with self.assertRaisesRegex(PlantItsmError, "Elsewhere"):
			self.plant.ci("PLC", parent_ci=robot, plant_site=elsewhere)
		line = self.plant.line("L")
		with self.assertRaisesRegex(PlantItsmError, "Elsewhere"):
			self.plant.ci("PLC", production_line=line, plant_site=elsewhere)

	def test_a_work_cell_is_in_the_line_of_its_cis(self):
		line, other = self.plant.line("L1"), self.plant.line("L2")
		values = {"cell_name": self.named("Cell"), "production_line": line}
		cell = self.records.insert("Work Cell", values)["name"]
		self.plant.ci("Robot", production_line=line, work_cell=cell)
		for wrong in (other, None):
			with self.subTest(wrong), self.assertRaisesRegex(PlantItsmError, "Cell is in .*L1, not in"):
				self.plant.ci("Other", production_line=wrong, work_cell=cell)

	def test_a_line_is_never_below_a_line(self):
		line = self.plant.line("L1")
		with self.assertRaisesRegex(PlantItsmError, "Plant Area"):
			self.plant.line("L2", plant_area=line)

	def test_a_part_stops_the_whole_as_the_relation_does(self):
		line = self.plant.line("L")
		robot = self.plant.ci("Robot", production_line=line)
		plc = self.plant.ci("PLC", parent_ci=robot)
		model = ImpactModel(self.records)
		impact = model.impact([plc], NOON)
		self.assertEqual((list(impact.affected_cis), impact.units_per_shift), ([robot], 240))
		if self.records.get("CI Relation Type", "part of"):  # said twice, it is still one way
			self.plant.relation(plc, "part of", robot)
			model.refresh()
			self.assertEqual(model.impact([plc], NOON).units_per_shift, 240)
		self.records.update("OT CI", plc, {"parent_ci": None})

	# ------------------------------------------------------------- inventory

	def test_attributes_of_the_inventory_are_kept(self):
		values = {
			"order_code": "6ES7 515-2AM02-0AB0",
			"serial_no": self.named("S1"),
			"manufacturer": "Siemens",
			"firmware_version": "V2.9.4",
			"mac_address": "00:1B:1B:12:34:56",
			"purdue_level": "3.5",
			"sl_target": "2",
			"criticality": "High",
			"commissioned_on": date(2024, 1, 31),
			"end_of_life_on": date(2034, 1, 31),
		}
		record = self.records.get("OT CI", self.plant.ci("PLC", **values))
		self.assertEqual({field: record[field] for field in values}, values)

	def test_wrong_attributes_are_refused_with_their_value(self):
		wrong = {
			"mac_address": ("00:1B:1B:12:34", "00:1B:1B:12:34"),
			"sl_target": ("5", "5"),
			"purdue_level": ("7", "7"),
			"end_of_life_on": (date(2020, 1, 1), "2020-01-01.*2024-01-31"),
		}
		for number, (field, (value, text)) in enumerate(wrong.items()):
			with self.subTest(field), self.assertRaisesRegex(PlantItsmError, text):
				self.plant.ci(f"C{number}", **{"commissioned_on": date(2024, 1, 31), field: value})

	def test_a_serial_number_belongs_to_one_ci_in_use(self):
		same = {"manufacturer": "KUKA", "serial_no": self.named("S1")}
		first = self.plant.ci("R1", **same)
		with self.assertRaisesRegex(PlantItsmError, f"{first} already"):
			self.plant.ci("R2", **same)
		self.plant.ci("R3", **{**same, "manufacturer": "ABB"})
		self.records.update("OT CI", first, {"status": "Retired"})
		self.plant.ci("R4", **same)
		with self.assertRaisesRegex(PlantItsmError, "R4 already"):
			self.records.update("OT CI", first, {"status": "Active"})

	def test_an_address_stands_once_in_a_segment(self):
		one, two = self.plant.ci("A"), self.plant.ci("B")
		for address, text in (("10.0.0.1", "already"), ("10.0.0.256", "no IP address")):
			members = [{"ci": one, "ip_address": "10.0.0.1"}, {"ci": two, "ip_address": address}]
			with self.subTest(address), self.assertRaisesRegex(PlantItsmError, f"{two}.*{text}"):
				self.plant.segment("VLAN", members)
		members = [{"ci": one, "ip_address": "10.0.0.1"}, {"ci": two}]
		self.plant.segment("VLAN 1", members)
		self.plant.segment("VLAN 2", members)

	# ------------------------------------------------------------- program versions

	def test_the_last_good_version_is_the_newest_tested_and_approved_one(self):
		plc = self.plant.ci("PLC")
		self.assertIsNone(last_good(self.records, plc))
		good = {"tested": True, "approved": True}
		self._version(plc, "V1", 1, sha256=OLD, **good)
		newest = self._version(plc, "V3", 3, sha256=NEW, tested=True)
		self._version(plc, "V2", 2, sha256=NEW, **good)
		self.assertEqual(self.records.get("OT CI", plc)["program_version"], "V2")
		self.records.update("CI Program Version", newest, {"approved": True})
		self.assertEqual(last_good(self.records, plc).version, "V3")
		self.assertEqual(self.records.get("OT CI", plc)["program_version"], "V3")

	def test_what_differs_from_the_approved_version_is_drift(self):
		plc = self.plant.ci("PLC")
		self._version(plc, "V1", 1, sha256=OLD)
		self.assertIsNone(drift(self.records, plc, OLD))
		self._version(plc, "V2", 2, sha256=NEW, approved=True)
		self.assertIsNone(drift(self.records, plc, NEW.upper()))
		found = drift(self.records, plc, OLD)
		self.assertEqual((found.approved.version, found.known.version), ("V2", "V1"))
		self.assertIn("not on record", str(drift(self.records, plc, "c" * 64)))
		with self.assertRaisesRegex(PlantItsmError, "'V2'.*64 hexadecimal"):
			drift(self.records, plc, "V2")

	def test_a_version_needs_a_true_fingerprint_to_be_approved(self):
		plc = self.plant.ci("PLC")
		with self.assertRaisesRegex(PlantItsmError, "64 hexadecimal"):
			self._version(plc, "V1", 1, sha256="abc")
		with self.assertRaisesRegex(PlantItsmError, "fingerprint"):
			self._version(plc, "V1", 1, approved=True)
		empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		with self.assertRaisesRegex(PlantItsmError, "empty file"):
			self._version(plc, "V1", 1, sha256=empty)
		self.assertEqual(self.records.count("CI Program Version", {"ci": plc}), 0)
		name = self._version(plc, "V1", 1, note="before the retrofit")
		with self.assertRaisesRegex(PlantItsmError, "cannot move"):
			self.records.update("CI Program Version", name, {"ci": self.plant.ci("Other")})
