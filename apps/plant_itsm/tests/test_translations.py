"""What the app shows is there in German, with the same places for figures."""

import csv
import json
import re
from pathlib import Path

import frappe
from frappe.translate import get_messages_for_app, get_translations_from_apps

from plant_itsm.frappe_site.meta import APP
from plant_itsm.tests.site_case import SiteCase

PACKAGE = Path(frappe.get_app_path(APP))
NAVBAR = "Navbar:"
"""Of Frappe itself, which lists them for every app."""


def texts_of_workspaces():
	"""Frappe's search for messages leaves out what workspaces and the steps of onboarding show."""
	for file in PACKAGE.glob("*/workspace/*/*.json"):
		workspace = json.loads(file.read_text(encoding="utf-8"))
		yield workspace["title"]
		for table in ("shortcuts", "links", "number_cards", "charts", "quick_lists"):
			yield from (row["label"] for row in workspace[table])
		yield from (row["format"] for row in workspace["shortcuts"] if row.get("format"))
		for block in json.loads(workspace["content"]):
			if text := block["data"].get("text"):
				yield re.sub("<[^>]*>", "", text)
	for file in PACKAGE.glob("*/onboarding_step/*/*.json"):
		yield json.loads(file.read_text(encoding="utf-8"))["description"]


def rows():
	with (PACKAGE / "translations" / "de.csv").open(encoding="utf-8", newline="") as file:
		return list(csv.reader(file))


class TestTranslations(SiteCase):
	def test_every_text_is_there_in_german(self):
		german = get_translations_from_apps("de", ["frappe", APP])
		found = {
			(message[1], str(message[0]).removeprefix("DocType: "))
			for message in get_messages_for_app(APP)
			if message[0] != NAVBAR
		}
		self.assertGreater(len(found), 1000)
		found |= {(text, "") for text in texts_of_workspaces()}
		missing = {
			text for text, doctype in found if text and not {text, f"{text}:{doctype}"} & german.keys()
		}
		self.assertEqual(missing, set(), "add them to translations/de.csv")

	def test_a_translation_has_the_places_of_its_source(self):
		for source, translation, *_context in rows():
			places = [sorted(re.findall(r"\{\w*\}", text)) for text in (source, translation)]
			self.assertEqual(places[0], places[1], source)

	def test_no_text_is_translated_twice(self):
		keys = [(row[0], *row[2:]) for row in rows()]
		self.assertEqual(len(keys), len(set(keys)))
