"""The files of a plant are what Frappe's Data Import takes: it finds every column, every record, every child row."""

from pathlib import Path

import frappe
from frappe.core.doctype.data_import.importer import ImportFile

from plant_itsm.services.plant_files import read_plant
from plant_itsm.services.plants import plant_folder
from plant_itsm.tests.site_case import SiteCase


INTERNAL = ("doctype", "parenttype", "parentfield", "__unsaved", "__islocal")


class TestDataImport(SiteCase):
	def test_data_import_reads_the_records_that_load_plant_reads(self):
		folder = plant_folder("seed")
		ours: dict[str, list[dict]] = {}
		for row in read_plant(self.records, folder):
			ours.setdefault(row.doctype, []).append(row.values)
		self.assertEqual(sorted(ours), sorted(file.stem for file in folder.glob("*.csv")))
		for doctype, records in ours.items():
			imported = self._imported(folder / f"{doctype}.csv", doctype)
			self.assertEqual([shape(record) for record in imported], [shape(record) for record in records])

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


def shape(record: dict) -> dict:
	"""What was filled in: the fields, and for each child table the fields of its rows."""
	return {
		field: [sorted(filled(row)) for row in value] if isinstance(value, list) else field
		for field, value in record.items()
		if field in filled(record)
	}


def filled(row: dict) -> set[str]:
	return {
		field
		for field, value in row.items()
		if value not in (None, "") and field not in INTERNAL
	}
