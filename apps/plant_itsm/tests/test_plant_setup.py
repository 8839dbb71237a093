"""The page Plant Setup on a site: who sees it, what a workbook meets, and what a file cannot get past."""

import tempfile
from pathlib import Path

import frappe
from frappe.utils.file_manager import save_file

from plant_itsm.api import plant_loads
from plant_itsm.api.plant_setup import check_workbook, load_workbook, steps
from plant_itsm.services.plant_loads import LOAD
from plant_itsm.services.workbooks import write_workbook
from plant_itsm.tests.site_case import PlantCase


class TestPlantSetup(PlantCase):
	def workbook(self, **tables):
		"""An attached workbook of the user; tables: DocType with _ for blanks -> rows, the header first."""
		with tempfile.TemporaryDirectory() as folder:
			path = Path(folder) / f"{self.prefix}.xlsx"
			write_workbook(path, [(name.replace("_", " "), rows) for name, rows in tables.items()])
			file = save_file(path.name, path.read_bytes(), None, None, is_private=1)
		self.addCleanup(frappe.delete_doc, "File", file.name, ignore_permissions=True)
		return file.file_url

	def areas(self, *names):
		return {
			"Plant_Area": [
				["area_name", "plant_site"],
				*([self.named(name), self.plant.site] for name in names),
			]
		}

	def test_who_sees_the_steps(self):
		for role in ("Plant Admin", "Plant IT"):
			self.as_user(role)
			self.assertEqual(len(steps()["steps"]), 6)
		for role in ("Production Manager", "Plant Viewer", None, "Guest"):
			self.as_user(role)
			self.assertRaises(frappe.PermissionError, steps)

	def test_a_workbook_is_checked_loaded_and_unloaded(self):
		site = self.plant.site
		frappe.db.commit()
		self.as_user("Plant IT")
		wrong = self.workbook(Plant_Area=[["area_name", "plant_site"], [self.named("A"), "Nowhere"]])
		(problem,) = check_workbook(wrong)["problems"]
		self.assertEqual((problem["source"], problem["column"]), ("Plant Area", "plant_site"))
		right = self.workbook(**self.areas("A", "B"))
		self.assertEqual(check_workbook(right)["outcome"], "2 added, 0 changed, 0 unchanged")
		self.assertEqual(frappe.db.count("Plant Area", {"plant_site": site}), 0)
		self.assertEqual(load_workbook(right), "2 added, 0 changed, 0 unchanged")
		self.assertEqual(frappe.db.count("Plant Area", {"plant_site": site}), 2)
		(load,) = [one for one in steps()["loads"] if self.prefix in one["plant"]]
		self.assertEqual(plant_loads.unload(load["name"]), 2)
		self.assertEqual(frappe.db.get_value(LOAD, load["name"], "status"), "Unloaded")
		self.assertEqual(frappe.db.count("Plant Area", {"plant_site": site}), 0)

	def test_a_workbook_gets_nobody_past_their_rights(self):
		line = self.plant.line("L")
		frappe.db.commit()
		self.as_user("Plant IT")
		header = ["production_line", "valid_from", "cost_per_hour", "currency"]
		money = self.workbook(Line_Stop_Cost_Model=[header, [line, "2026-01-01", 1, "EUR"]])
		people = self.workbook(
			User=[
				["email", "first_name", "send_welcome_email", "roles.role"],
				[f"{self.prefix}@plant.example", "X", 0, "System Manager"],
			]
		)
		for file in (money, people):
			self.assertRaises(frappe.PermissionError, load_workbook, file)
		self.assertFalse(frappe.db.exists("User", f"{self.prefix}@plant.example"))

	def test_somebody_else_s_file_is_not_read(self):
		self.as_user("Plant Admin")
		file = self.workbook(**self.areas("A"))
		self.as_user("Plant IT")
		self.assertRaises(frappe.PermissionError, check_workbook, file)
