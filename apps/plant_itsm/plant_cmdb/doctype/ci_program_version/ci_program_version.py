from plant_itsm.domain.program_versions import checked_sha256
from plant_itsm.frappe_site.attachments import sha256_of_file
from plant_itsm.frappe_site.document import PlantDocument
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.consequences import follow


class CIProgramVersion(PlantDocument):
	def complete(self) -> None:
		"""Compute the fingerprint of the file, whenever one of the two is new."""
		attached, entered = self.has_value_changed("file"), self.has_value_changed("sha256")
		if self.file and (attached or entered or not self.sha256):
			what = f"CI Program Version {self.ci} {self.version}"
			given = self.sha256 if entered else None
			self.sha256 = checked_sha256(what, given, sha256_of_file(what, self.file))

	def after_delete(self) -> None:
		super().after_delete()
		follow(FrappeRecords(), self.doctype, self.as_dict())
