"""What an administrator changes without code is theirs: a migrate with new files of ours changes none of it back."""

from collections.abc import Iterator
from functools import partial

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from plant_itsm.frappe_site import desk_records
from plant_itsm.tests.low_code_case import LowCodeCase

MESSAGE = "Ask the shift leader first."
SHIPPED = (
	("Assignment Rule", "Change to its implementer", "description", MESSAGE),
	("Email Template", "Line stop", "subject", MESSAGE),
	("First Workspace", "Plant Viewer", "workspace", "Plant Costs"),
	("Notification", "Review is completed", "message", MESSAGE),
	("Print Format", "Line Stop Report", "html", MESSAGE),
	("Web Form", "report-a-fault", "introduction_text", MESSAGE),
)


class TestLowCode(LowCodeCase):
	def test_what_an_administrator_has_changed_stays(self):
		self.keeps(
			self._property,
			self._right,
			self._word,
			self._board,
			self._deleted_filter,
			*(partial(self._shipped, *one) for one in SHIPPED),
		)

	def test_each_kind_that_is_shipped_is_one_of_those_that_are_kept(self):
		kinds = {record["doctype"] for record in desk_records.shipped()}
		kept = {"Kanban Board", "List Filter", "Role Profile", *(doctype for doctype, *_ in SHIPPED)}
		self.assertEqual(kinds, kept)

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

	def _word(self) -> Iterator[None]:
		reason = frappe.get_all("Stop Reason", filters={"loss": "Breakdowns"}, pluck="name", limit=1)[0]
		self.put_back("Stop Reason", reason, "loss")
		doc = frappe.get_doc("Stop Reason", reason)
		doc.loss = "Minor Stops"
		doc.save()
		yield
		self.assertEqual(frappe.db.get_value("Stop Reason", reason, "loss"), "Minor Stops")

	def _shipped(self, doctype: str, name: str, fieldname: str, value: object) -> Iterator[None]:
		"""A record that came with the app."""
		self.changed(doctype, name, **{fieldname: value})
		yield
		self.assertEqual(frappe.db.get_value(doctype, name, fieldname), value, doctype)

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
