"""The requests of docs/rest-api.md, sent to the site; each answer has what the page prints."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl

import frappe

from plant_itsm.frappe_site.meta import APP
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.tests.web_client import WebClient

PAGE = Path(frappe.get_app_source_path(APP)) / "docs" / "rest-api.md"
EXAMPLE = re.compile(
	r"```http\n(?P<method>GET|POST) (?P<path>\S+)\n(?:\n(?P<body>.+?)\n)?```\n\n```json\n(?P<answer>.+?)```",
	re.DOTALL,
)


class TestRestExamples(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.plant.cost_model(self.line)
		self.ci = self.plant.ci("AR", production_line=self.line, line_effect="Stops Line")
		money = {"cost_per_hour": 3800, "currency": self.plant.currency("EUR")}
		lines = [{"production_line": self.line, "state": "Stopped", **money}]
		self.stop = self.plant.stop("Stop", root_ci=self.ci, lines=lines, **money)
		frappe.db.commit()

	def here(self, text):
		"""The names of the page as those of this case."""
		names = {"AR-042": self.ci, "Assembly Line 3": self.line, "LS-2026-00001": self.stop}
		for printed, name in names.items():
			text = text.replace(printed, name)
		return text

	def test_every_example_is_answered_as_printed(self):
		user = self.as_user("Plant Admin")
		frappe.set_user("Administrator")
		client = WebClient(user)
		examples = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))
		self.assertGreaterEqual(len(examples), 9)
		for example in examples:
			with self.subTest(example["path"]):
				path, _, query = example["path"].partition("?")
				if example["method"] == "POST":
					answer = client.post(path, **json.loads(self.here(example["body"])))
				else:
					answer = client.get(path, **{key: self.here(value) for key, value in parse_qsl(query)})
				self.assertEqual(answer.status_code, 200, answer.text[-500:])
				self._assert_has(json.loads(example["answer"]), answer.json)

	def _assert_has(self, printed, found):
		"""Every key of the page is there; of lists the first entries are compared."""
		if isinstance(printed, dict):
			for key, value in printed.items():
				self.assertIn(key, found)
				if value is not None:
					self._assert_has(value, found[key])
		elif isinstance(printed, list) and printed:
			self.assertTrue(found)
			self._assert_has(printed[0], found[0])
