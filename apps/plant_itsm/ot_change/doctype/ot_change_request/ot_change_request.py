from __future__ import annotations

import frappe
from frappe import _

from plant_itsm.domain.change_words import ChangeStatus
from plant_itsm.frappe_site.attachments import sha256_of_file
from plant_itsm.frappe_site.document import PlantDocument, checked_record
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.ports import Records
from plant_itsm.services.planned_records import PlannedRecords


class OTChangeRequest(PlantDocument):
	def validate(self) -> None:
		"""A save reads each record once; the request as it was Frappe has read already, with its eleven tables."""
		reads = self.flags.plant_itsm_reads = PlannedRecords(FrappeRecords(), ())
		before = self.get_doc_before_save()
		if before is not None:
			reads.remember(self.doctype, str(self.name), checked_record(before))
		super().validate()
		del self.flags.plant_itsm_reads

	def reads(self) -> Records:
		reads: Records = self.flags.plant_itsm_reads
		return reads

	def complete(self) -> None:
		"""Who saves is what the site knows, not what the form says; then everything that follows from it."""
		self.changed_by = frappe.session.user
		if self.is_new():
			self.requested_by = self.requested_by or frappe.session.user
		self._read_artefacts()
		super().complete()

	def on_trash(self) -> None:
		"""What was done to the plant stays on record."""
		if self.actual_start:
			frappe.throw(
				_("{0} {1} has been started. It stays on record; close it instead.").format(
					_(self.doctype), self.name
				),
				title=_("On Record"),
			)

	def _read_artefacts(self) -> None:
		"""Fingerprint the files when they are added, and once more at the start: what lies there may be another."""
		before = self.get_doc_before_save()
		known = {row.name: (row.file, row.program_version) for row in before.artefacts} if before else {}
		is_start = self.status == ChangeStatus.IN_PROGRESS and self.has_value_changed("status")
		for row in self.artefacts:
			file = row.file
			if row.program_version:
				file = frappe.db.get_value("CI Program Version", row.program_version, "file")
			is_new = known.get(row.name) != (row.file, row.program_version)
			if file and (is_start or is_new):
				what = f"{self.doctype} {self.name}, artefact {row.kind}"
				row.found_sha256 = sha256_of_file(what, file, is_added=is_new)
