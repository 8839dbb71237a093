"""The files of a plant are what Frappe's Data Import takes: it finds every column, every record, every child row."""

from pathlib import Path

import frappe
from frappe.core.doctype.data_import.importer import ImportFile

from plant_itsm.services.plant_files import read_plant
from plant_itsm.services.plants import plant_folder
from plant_itsm.tests.site_case import SiteCase


class TestDataImport(SiteCase):
	def test_data_import_reads_the_records_that_load_plant_reads(self):
		folder = plant_folder("seed")
		ours: dict[str, list[dict]] = {}
		for row in read_plant(self.records, folder):
			ours.setdefault(row.doctype, []).append(row.values)
		self.assertEqual(sorted(ours), sorted(file.stem for file in folder.glob("*.csv")))
		for doctype, records in ours.items():
			imported = self._imported(folder / f"{doctype}.csv", doctype)
			self.assertEqual(len(imported), len(records), doctype)
			for theirs, mine in zip(imported, records, strict=True):
				self.assert_holds(theirs, mine)

	def assert_holds(self, imported: dict, mine: dict) -> None:
		"""Data Import adds defaults; what the file says must be there, and no child row more or less."""
		for field, value in mine.items():
			self.assertNotIn(imported.get(field), (None, "", []), (field, mine))
			if isinstance(value, list):
				self.assertEqual(len(imported[field]), len(value), (field, mine))
				for their_row, my_row in zip(imported[field], value, strict=True):
					self.assert_holds(their_row, my_row)

	def _imported(self, file: Path, doctype: str) -> list[dict]:
		"""The documents that Data Import would insert; the file is uploaded as a person would do it."""
		upload = frappe.get_doc(
			{"doctype": "File", "file_name": file.name, "is_private": 1, "content": file.read_bytes()}
		)
		upload.insert()
		self.addCleanup(upload.delete)
		template = ImportFile(doctype, upload.file_url, import_type="Insert New Records")
		documents = [payload.doc for payload in template.get_payloads_for_import()]
		ours = [warning for warning in template.get_warnings() if warning.get("type") != "info"]
		self.assertEqual(ours, [], doctype)
		return documents
