"""Rows that are written without a document hold what a document would hold, and are refused what it would be."""

import frappe

from plant_itsm.domain.errors import DuplicateRecordError, InvalidRecordError, MissingRecordError
from plant_itsm.tests.contract_plant import NOON
from plant_itsm.tests.site_case import PlantCase

ENTRY = "Outbox Entry"


class TestBookkeeping(PlantCase):
	def _values(self):
		stop = self.plant.stop("stop")
		return {
			"outbox_key": self.named("key"),
			"action": "Notify",
			"line_stop": stop,
			"next_attempt_at": NOON,
		}

	def test_a_row_equals_the_document_with_the_same_values(self):
		values = self._values()
		row = self.records.insert(ENTRY, values)
		frappe.delete_doc(ENTRY, row["name"], force=True)
		local = self.records._values.site_value("", self.records.meta(ENTRY).field("next_attempt_at"), NOON)
		document = frappe.get_doc({"doctype": ENTRY, **values, "next_attempt_at": local}).insert()
		same = self.records.get(ENTRY, document.name)
		unlike = ("name", "creation", "modified")
		self.assertEqual(*({k: v for k, v in one.items() if k not in unlike} for one in (row, same)))

	def test_what_a_document_refuses_a_row_refuses(self):
		values = self._values()
		for wrong, word in (
			({"action": "Dance"}, "Dance"),
			({"line_stop": "LS-0000"}, "LS-0000"),
			({"action": None}, "action"),
			({"colour": "red"}, "colour"),
		):
			with self.assertRaisesRegex(InvalidRecordError, word):
				self.records.insert(ENTRY, values | wrong)
		name = self.records.insert(ENTRY, values)["name"]
		with self.assertRaisesRegex(DuplicateRecordError, self.named("key")):
			self.records.insert(ENTRY, values)
		with self.assertRaisesRegex(InvalidRecordError, "attempts"):
			self.records.update(ENTRY, name, {"attempts": -1})
		with self.assertRaises(MissingRecordError):
			self.records.update(ENTRY, "nobody", {"attempts": 1})
