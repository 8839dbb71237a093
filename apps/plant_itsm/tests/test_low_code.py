"""What an administrator changes without code is theirs: a migrate with new files of ours changes none of it back."""

from collections.abc import Iterator

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from plant_itsm import install
from plant_itsm.frappe_site import desk_records
from plant_itsm.frappe_site.change_workflow import WORKFLOW
from plant_itsm.tests.site_case import PlantCase

MESSAGE = "Ask the shift leader first."


def migrate() -> None:
	"""As a migrate does with files that a new version has changed."""
	frappe.reload_doc("plant_cmdb", "doctype", "ot_ci", force=True)
	for doctype in ("stop_reason", "line_stop"):
		frappe.reload_doc("line_stop", "doctype", doctype, force=True)
	install.after_migrate()
	frappe.clear_cache()


class TestLowCode(PlantCase):
	def made(self, doctype, **values):
		"""A record of the administrator, which goes when the test is over."""
		doc = frappe.get_doc({"doctype": doctype, **values}).insert()
		self.addCleanup(frappe.delete_doc, doctype, doc.name, force=True, ignore_missing=True)
		return doc.name

	def put_back(self, doctype, name, fieldname):
		before = frappe.db.get_value(doctype, name, fieldname)
		self.addCleanup(frappe.db.set_value, doctype, name, fieldname, before)

	def test_what_an_administrator_has_changed_stays(self):
		self.addCleanup(frappe.db.commit)
		changes = (
			self._custom_field,
			self._property,
			self._right,
			self._workflow,
			self._notification,
			self._print_format,
			self._word,
			self._board,
			self._deleted_filter,
		)
		running = [change() for change in changes]
		for change in running:
			next(change)
		frappe.db.commit()
		migrate()
		for change in running:
			with self.subTest(change.__name__):
				self.assertIs(next(change, None), None)

	# Each changes something, waits for the migrate, and looks.

	def _custom_field(self) -> Iterator[None]:
		field = {"fieldname": "bay", "label": "Bay", "fieldtype": "Data", "insert_after": "location"}
		self.made("Custom Field", dt="OT CI", **field)
		ci = self.plant.ci("Robot", bay="North 4")
		yield
		self.assertEqual(frappe.db.get_value("OT CI", ci, "bay"), "North 4")
		self.assertEqual(self.records.get("OT CI", ci)["bay"], "North 4", "the services know it, too")

	def _property(self) -> Iterator[None]:
		setter = make_property_setter("Line Stop", "stop_reason", "reqd", 1, "Check")
		self.addCleanup(frappe.delete_doc, "Property Setter", setter.name, force=True)
		yield
		self.assertEqual(frappe.get_meta("Line Stop").get_field("stop_reason").reqd, 1)

	def _right(self) -> Iterator[None]:
		right = {"role": "Shift Leader", "permlevel": 0, "read": 1, "write": 1}
		name = self.made("Custom DocPerm", parent="Stop Reason", **right)
		yield
		self.assertEqual(frappe.db.get_value("Custom DocPerm", name, "write"), 1)

	def _workflow(self) -> Iterator[None]:
		workflow = frappe.get_doc("Workflow", WORKFLOW)
		row = workflow.states[0].name
		self.put_back("Workflow Document State", row, "message")
		workflow.states[0].message = MESSAGE
		workflow.save()
		yield
		self.assertEqual(frappe.get_doc("Workflow", WORKFLOW).states[0].message, MESSAGE)

	def _notification(self) -> Iterator[None]:
		name = self.made(
			"Notification",
			name=self.named("stop"),
			subject="{{ doc.title }}",
			document_type="Line Stop",
			event="New",
			condition="not doc.is_drill",
			channel="System Notification",
			message=MESSAGE,
			recipients=[{"receiver_by_role": "Shift Leader"}],
		)
		yield
		self.assertEqual(frappe.db.get_value("Notification", name, "message"), MESSAGE)

	def _print_format(self) -> Iterator[None]:
		values = {"doc_type": "Line Stop", "custom_format": 1, "html": MESSAGE}
		name = self.made("Print Format", name=self.named("stop"), **values)
		yield
		self.assertEqual(frappe.db.get_value("Print Format", name, "html"), MESSAGE)

	def _word(self) -> Iterator[None]:
		reason = frappe.get_all("Stop Reason", filters={"loss": "Breakdowns"}, pluck="name", limit=1)[0]
		self.put_back("Stop Reason", reason, "loss")
		doc = frappe.get_doc("Stop Reason", reason)
		doc.loss = "Minor Stops"
		doc.save()
		yield
		self.assertEqual(frappe.db.get_value("Stop Reason", reason, "loss"), "Minor Stops")

	def _board(self) -> Iterator[None]:
		board = frappe.get_doc("Kanban Board", "Line Stops by Stage")
		self.put_back("Kanban Board Column", board.columns[0].name, "indicator")
		board.columns[0].indicator = "Pink"
		board.save()
		yield
		self.assertEqual(frappe.get_doc("Kanban Board", board.name).columns[0].indicator, "Pink")

	def _deleted_filter(self) -> Iterator[None]:
		shipped = next(
			one for one in desk_records.shipped() if one.get("filter_name") == "Waiting for approval"
		)
		wanted = {"filter_name": shipped["filter_name"]}
		frappe.delete_doc("List Filter", frappe.db.exists("List Filter", wanted))
		self.addCleanup(lambda: frappe.get_doc(shipped).insert())
		yield
		self.assertFalse(frappe.db.exists("List Filter", wanted))

	def test_a_card_that_is_dragged_is_no_report_of_a_stage(self):
		stop = frappe.get_doc("Line Stop", self.plant.stop("stop"))
		stop.stage = "Restored"
		self.assertRaisesRegex(frappe.ValidationError, "buttons under Respond", stop.save)
