"""The OT inventory on a site: backups with their files, renaming with history, import and export, links to ERPNext."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe

from plant_itsm.custom_fields import ERPNEXT, erpnext_links
from plant_itsm.domain.errors import PlantFileError, PlantItsmError
from plant_itsm.domain.renaming import Renaming
from plant_itsm.frappe_site import erpnext_links as links
from plant_itsm.frappe_site.renaming import rename_cis
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.plant_export import export_plant
from plant_itsm.services.plants import load_plant, plan_load
from plant_itsm.services.workbooks import write_workbook
from plant_itsm.tests.contract_plant import NOON
from plant_itsm.tests.site_case import PlantCase, set_in_test

PROGRAM = b"PROGRAM V2\r\n"


class TestProgramVersions(PlantCase):
	def _attached(self, content: bytes) -> str:
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{self.prefix}-{frappe.generate_hash(length=6)}.txt",
				"is_private": 1,
				"content": content,
			}
		)
		file.insert()
		self.addCleanup(file.delete)
		return str(file.file_url)

	def _version(self, ci: str, version: str, **more: Any) -> dict[str, Any]:
		values = {"ci": ci, "version": version, "taken_on": NOON, **more}
		return self.records.insert("CI Program Version", values)

	def test_the_fingerprint_is_that_of_the_attached_file(self):
		ci = self.plant.ci("PLC")
		record = self._version(ci, "V2", file=self._attached(PROGRAM), tested=True, approved=True)
		self.assertEqual(record["sha256"], hashlib.sha256(PROGRAM).hexdigest())
		self.assertEqual(self.records.get("OT CI", ci)["program_version"], "V2")

	def test_another_file_gets_another_fingerprint(self):
		record = self._version(self.plant.ci("PLC"), "V2", file=self._attached(PROGRAM))
		changed = self.records.update(
			"CI Program Version", record["name"], {"file": self._attached(PROGRAM * 2)}
		)
		self.assertEqual(changed["sha256"], hashlib.sha256(PROGRAM * 2).hexdigest())

	def test_a_fingerprint_that_is_not_the_files_is_refused(self):
		ci = self.plant.ci("PLC")
		with self.assertRaisesRegex(PlantItsmError, "is not that of its file"):
			self._version(ci, "V2", file=self._attached(PROGRAM), sha256="a" * 64)
		record = self._version(ci, "V2", file=self._attached(PROGRAM))
		with self.assertRaisesRegex(PlantItsmError, "is not that of its file"):
			self.records.update("CI Program Version", record["name"], {"sha256": "b" * 64})

	def test_an_empty_file_and_one_that_is_not_there_are_refused(self):
		ci = self.plant.ci("PLC")
		url = self._attached(b"x")
		Path(frappe.get_doc("File", {"file_url": url}).get_full_path()).write_bytes(b"")
		with self.assertRaisesRegex(PlantItsmError, "0 bytes"):
			self._version(ci, "V2", file=url)
		with self.assertRaisesRegex(PlantItsmError, "/private/files/nowhere.txt"):
			self._version(ci, "V2", file="/private/files/nowhere.txt")

	def test_a_deleted_version_is_not_the_last_good_one(self):
		ci = self.plant.ci("PLC")
		good = {"sha256": "a" * 64, "tested": True, "approved": True}
		self._version(ci, "V1", **good)
		newer = self._version(ci, "V2", **{**good, "taken_on": NOON + timedelta(days=1)})
		self.assertEqual(self.records.get("OT CI", ci)["program_version"], "V2")
		frappe.delete_doc("CI Program Version", newer["name"])
		self.assertEqual(self.records.get("OT CI", ci)["program_version"], "V1")

	def test_maintenance_keeps_backups_but_does_not_approve_them(self):
		ci = self.plant.ci("PLC")
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": f"{self.prefix.lower()}@plant.example",
				"first_name": self.prefix,
				"send_welcome_email": 0,
				"user_type": "System User",
			}
		)
		user.append_roles("Robot Maintenance")
		user.insert(ignore_permissions=True)
		self.addCleanup(frappe.delete_doc, "User", user.name, force=True)
		frappe.set_user(user.name)
		doc = frappe.get_doc(
			{
				"doctype": "CI Program Version",
				"ci": ci,
				"version": "V1",
				"taken_on": "2026-01-01 10:00:00",
				"sha256": "a" * 64,
				"tested": 1,
				"approved": 1,
			}
		)
		doc.insert()
		frappe.set_user("Administrator")
		stored = self.records.get("CI Program Version", doc.name)
		self.assertEqual((stored["tested"], stored["approved"]), (True, False))


class TestRenaming(PlantCase):
	@contextmanager
	def versions_kept(self) -> Iterator[None]:
		"""Frappe keeps no versions while it tests."""
		set_in_test(False)
		try:
			yield
		finally:
			set_in_test(True)

	def test_what_belongs_to_a_ci_follows_its_name(self):
		line = self.plant.line("L")
		robot, plc = self.plant.ci("Robot", production_line=line), self.plant.ci("PLC")
		part = self.plant.ci("Part", parent_ci=plc)
		kind = self.plant.relation_type("controls", "Source to Target")
		self.plant.relation(plc, kind, robot)
		self.plant.segment("VLAN", [{"ci": plc, "ip_address": "10.0.0.1"}])
		values = {"ci": plc, "version": "V1", "taken_on": NOON}
		self.records.insert("CI Program Version", values)
		model = ImpactModel(self.records)
		new = self.named("PLC of the cell")
		rename_cis([Renaming(plc, new)])
		record = self.records.get("OT CI", new)
		self.assertEqual(record["ci_name"], new)
		self.assertEqual(self.records.get("OT CI", part)["parent_ci"], new)
		self.assertIsNotNone(self.records.get("CI Relation", f"{new} {kind} {robot}"))
		self.assertEqual(self.records.get("CI Program Version", f"{new} V1")["ci"], new)
		self.assertEqual(self.records.get("Network Segment", self.named("VLAN"))["members"][0]["ci"], new)
		self.assertTrue(frappe.db.exists("Comment", {"reference_doctype": "OT CI", "reference_name": new}))
		model.refresh()
		self.assertEqual([one.line.name for one in model.impact([new], NOON).lines], [line])

	def test_many_are_renamed_in_their_order_or_none(self):
		first, second = self.plant.ci("A"), self.plant.ci("B")
		free = self.named("C")
		rename_cis([Renaming(second, free, 2), Renaming(first, second, 3)])
		self.assertIsNotNone(self.records.get("OT CI", free))
		with self.assertRaises(PlantFileError) as refusal:
			rename_cis(
				[
					Renaming(second, self.named("D"), 2),
					Renaming(self.named("nobody"), self.named("E"), 3),
					Renaming(free, free, 4),
				],
				"names.csv",
			)
		self.assertEqual(
			[(problem.place, problem.column) for problem in refusal.exception.problems],
			[("names.csv:3", "old"), ("names.csv:4", "new")],
		)
		self.assertIsNotNone(self.records.get("OT CI", second))

	def test_a_line_takes_its_cost_models_along(self):
		line = self.plant.line("L")
		self.plant.cost_model(line)
		robot = self.plant.ci("Robot", production_line=line)
		model = ImpactModel(self.records)
		new = self.named("Line 1")
		frappe.rename_doc("Production Line", line, new)
		self.assertIsNotNone(self.records.get("Line Stop Cost Model", f"{new} from 2026-01-01"))
		model.refresh()
		(impact,) = model.impact([robot], NOON).lines
		self.assertEqual((impact.line.name, impact.cost_model), (new, f"{new} from 2026-01-01"))

	def test_two_cis_cannot_become_one(self):
		first, second = self.plant.ci("A"), self.plant.ci("B")
		with self.assertRaisesRegex(frappe.ValidationError, "cannot be merged"):
			frappe.rename_doc("OT CI", first, second, merge=True)

	def test_a_retired_ci_keeps_its_relations_and_its_history(self):
		robot, plc = self.plant.ci("Robot"), self.plant.ci("PLC")
		kind = self.plant.relation_type("controls", "Source to Target")
		relation = self.plant.relation(plc, kind, robot)
		with self.versions_kept():
			self.records.update("OT CI", plc, {"status": "Retired"})
		self.assertIsNotNone(self.records.get("CI Relation", relation))
		self.assertFalse(ImpactModel(self.records).holds_ci(plc))
		versions = frappe.get_all("Version", {"ref_doctype": "OT CI", "docname": plc}, pluck="data")
		self.assertIn("Retired", versions[0])


class TestImportAndExport(PlantCase):
	def setUp(self) -> None:
		super().setUp()
		self.folder = Path(tempfile.mkdtemp())
		self.addCleanup(shutil.rmtree, self.folder)

	def _workbook(self, *wrong: tuple[int, str, str]) -> Path:
		"""Eight CIs of the case's plant; wrong: (line, column, value) of cells to spoil."""
		header = ["ci_name", "ci_class", "plant_site", "mac_address", "sl_target", "end_of_life_on"]
		header += ["commissioned_on", "manufacturer", "serial_no", "parent_ci"]
		rows = [
			[
				self.named(f"CI {line}"),
				self.plant.ci_class,
				self.plant.site,
				f"00:1B:1B:00:00:{line:02X}",
				2,
				"2035-12-31",
				"2021-05-01",
				"KUKA",
				f"{self.prefix}-{line}",
				"",
			]
			for line in range(2, 10)
		]
		for line, column, value in wrong:
			rows[line - 2][header.index(column)] = value
		file = self.folder / f"{frappe.generate_hash(length=6)}.xlsx"
		write_workbook(file, [("OT CI", [header, *rows])])
		return file

	def test_a_workbook_is_loaded_whole_or_not_at_all(self):
		wrong = [
			(2, "ci_class", self.named("Walking Robot")),
			(3, "mac_address", "00:1B"),
			(4, "sl_target", "7"),
			(5, "end_of_life_on", "1999-01-01"),
			(6, "serial_no", f"{self.prefix}-7"),
			(8, "parent_ci", self.named("CI 8")),
			(9, "plant_site", ""),
		]
		file = self._workbook(*wrong)
		places = [("OT CI", line + (line == 6), column) for line, column, _value in wrong]
		found = plan_load(self.records, file).problems
		self.assertEqual([(one.source, one.line, one.column) for one in found], places)
		with self.assertRaises(PlantFileError):
			load_plant(self.records, file)
		self.assertEqual(self.records.count("OT CI", {"name": ("like", f"{self.prefix}%")}), 0)
		self.assertEqual(load_plant(self.records, self._workbook()).added, 8)

	def test_what_only_the_database_knows_is_told_too_and_nothing_is_written(self):
		clash = self.named("CI 3").lower()
		file = self._workbook((2, "ci_name", clash))
		with self.assertRaises(PlantFileError) as refusal:
			load_plant(self.records, file)
		self.assertEqual([one.place for one in refusal.exception.problems], ["OT CI:3"])
		self.assertEqual(self.records.count("OT CI", {"name": ("like", f"{self.prefix}%")}), 0)

	def test_what_is_exported_is_what_is_there(self):
		robot = self.plant.ci("Robot", production_line=self.plant.line("L"))
		self.plant.segment("VLAN", [{"ci": robot, "role": "Switch", "ip_address": "10.0.0.1"}])
		self.plant.cost_model(self.plant.line("L2"))
		for target in (self.folder / "plant", self.folder / "plant.xlsx"):
			export_plant(self.records, target)
			planned = plan_load(self.records, target)
			self.assertEqual([str(problem) for problem in planned.problems], [])
			changed = [write.name for write in planned.writes if write.action != "unchanged"]
			self.assertEqual(changed, [])


class TestErpnextLinks(PlantCase):
	def test_the_plant_links_to_erpnext_where_it_is_installed(self):
		installed = ERPNEXT in frappe.get_installed_apps()
		for doctype, fields in erpnext_links().items():
			meta = frappe.get_meta(doctype)
			for field in fields:
				self.assertEqual(bool(meta.get_field(field["fieldname"])), installed, field["fieldname"])

	def test_the_links_go_with_erpnext_and_leave_no_column(self):
		self.addCleanup(links.sync)
		links.remove()
		links.sync_after_other_app("helpdesk")
		for doctype, fields in erpnext_links().items():
			names = [field["fieldname"] for field in fields]
			self.assertFalse(frappe.db.count("Custom Field", {"dt": doctype, "fieldname": ["in", names]}))
			columns = {row[0] for row in frappe.db.describe(doctype)}  # has_column may tell what it has kept
			self.assertEqual(columns.intersection(names), set())
		links.sync_after_other_app(ERPNEXT)
		if ERPNEXT in frappe.get_installed_apps():
			self.assertTrue(frappe.db.has_column("OT CI", "erpnext_asset"))
