"""OT changes on this site: the contract, and that neither form, REST nor script gets past a gate."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.tests.change_plant import make_user
from plant_itsm.tests.contract_changes import ChangesContract
from plant_itsm.tests.site_case import SiteCase

ROLES = (
	"Robot Maintenance",
	"Plant IT",
	"Plant IT 2",
	"Plant IT 3",
	"Production Manager",
	"Safety Engineer",
	"IT Change Manager",
	"CAB Member",
	"CAB Member 2",
)


class ChangeCase(SiteCase):
	"""With people that the cases of a class share, because a site takes its time to make a user."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		records = FrappeRecords()
		cls.people = {role: make_user(records, role) for role in ROLES}
		frappe.db.commit()
		cls.addClassCleanup(cls._remove_people)

	@classmethod
	def _remove_people(cls) -> None:
		frappe.set_user("Administrator")
		for user in cls.people.values():
			frappe.delete_doc("User", user, force=True, ignore_permissions=True, delete_permanently=True)
		frappe.db.commit()

	@contextmanager
	def acting(self, user: str) -> Iterator[None]:
		frappe.set_user(user)
		try:
			yield
		finally:
			frappe.set_user("Administrator")

	def attach(self, content: bytes) -> dict[str, str]:
		file = frappe.new_doc("File")
		kept = content or secrets.token_bytes(8)
		file.update({"file_name": f"{secrets.token_hex(6)}.txt", "content": kept, "is_private": 1})
		file.save(ignore_permissions=True)
		if not content:
			Path(file.get_full_path()).write_bytes(b"")
		return {"file": file.file_url}


class TestChangesOnSite(ChangeCase, ChangesContract):
	pass
