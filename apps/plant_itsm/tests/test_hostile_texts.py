"""What a machine, a broker or a file says is no HTML on a site, however it was written and whatever it looks like."""

from datetime import datetime, timezone

import frappe

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.frappe_site.values import inert
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase

TAG = "<img src=x onerror=alert(1)>"
HOSTILE = (TAG, f'"{TAG}"', f"'>{TAG}", "<svg/onload=alert(1)>", "<!--", "</td><script>alert(1)</script>")
"""The second is JSON, which Frappe does not clean."""


class TestHostileTexts(PlantCase):
	def texts(self, doctype, **filters):
		return [
			value
			for row in frappe.get_all(doctype, filters, ["*"])
			for value in row.values()
			if isinstance(value, str)
		]

	def assert_inert(self, doctype, **filters):
		texts = self.texts(doctype, **filters)
		self.assertIn("&lt;", "".join(texts))
		self.assertEqual([text for text in texts if "<img" in text or "<svg" in text or "</" in text], [])

	def test_a_value_of_a_machine_is_kept_as_text(self):
		ci, now = self.plant.ci("AR"), datetime.now(timezone.utc)
		address = {"connection": self.plant.connection, "address": "cell/AR", "value_path": "state"}
		self.plant.rule("offline", ci, **address, condition="!=", condition_value="RUNNING")
		drain = ConnectionDrain(self.ports, self.plant.connection, ImpactModel(self.records))
		signal = RawSignal("cell/AR", frappe.as_json({"state": TAG}).encode(), now)
		drain.process([StreamedSignal("1-1", signal)])
		self.assert_inert("OT Signal Event", connection=self.plant.connection)
		self.assert_inert("Signal State", ci=ci)

	def test_what_cannot_be_judged_is_kept_as_it_came_for_a_replay_and_as_text_for_people(self):
		ci, now = self.plant.ci("AR"), datetime.now(timezone.utc)
		address = {"connection": self.plant.connection, "address": "cell/AR", "value_path": "state"}
		self.plant.rule("offline", ci, **address, condition="=", condition_value="OFFLINE")
		drain = ConnectionDrain(self.ports, self.plant.connection, ImpactModel(self.records))
		drain.process([StreamedSignal("1-1", RawSignal("cell/AR", TAG.encode(), now, problem=f"bad: {TAG}"))])
		(letter,) = frappe.get_all(
			"Signal Dead Letter", {"connection": self.plant.connection}, ["reason", "recorded_signal"]
		)
		self.assertIn(f"&lt;{TAG[1:]}", letter.reason)
		self.assertIn(TAG, letter.recorded_signal)

	def test_each_way_of_writing_keeps_text(self):
		ci = self.plant.ci("AR")
		stop = self.plant.stop("stop")
		for text in HOSTILE:
			self.records.update("OT CI", ci, {"title": text, "location": text})
			self.assert_inert("OT CI", name=ci)
			self.records.update("Line Stop", stop, {"priority_reason": text})  # a row
			self.assert_inert("Line Stop", name=stop)
			self.records.update_many("OT CI", [ci], {"manufacturer": text})
			self.assert_inert("OT CI", name=ci)

	def test_a_name_cannot_be_a_tag(self):
		with self.assertRaises((InvalidRecordError, frappe.NameError)):
			self.plant.ci(TAG)

	def test_what_is_no_tag_stays(self):
		for text in ("a < b", "5 <= 7", "<5 ms", "x -> y", "1 << 3"):
			self.assertEqual(inert(text), text)
