"""Every workspace leads to what exists, and its numbers can be counted by those who read them."""

import json
from pathlib import Path

import frappe
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.utils.dashboard import sync_dashboards

from plant_itsm.frappe_site.meta import APP
from plant_itsm.install import ROLES
from plant_itsm.tests.site_case import SiteCase


class TestWorkspaces(SiteCase):
	def _own(self, doctype):
		modules = frappe.get_all("Module Def", filters={"app_name": APP}, pluck="name")
		names = frappe.get_all(doctype, filters={"module": ["in", modules]}, pluck="name")
		return [frappe.get_doc(doctype, name) for name in names]

	def test_links_and_shortcuts_lead_to_records(self):
		workspaces = self._own("Workspace")
		self.assertGreaterEqual(len(workspaces), 5)
		for workspace in workspaces:
			links = [(row.link_type, row.link_to) for row in workspace.links if row.type == "Link"]
			shortcuts = [(row.type, row.link_to) for row in workspace.shortcuts]
			for doctype, name in links + shortcuts:
				self.assertTrue(frappe.db.exists(doctype, name), f"{workspace.name}: {doctype} {name}")

	def test_frappe_16_shows_each_workspace_on_its_desktop(self):
		"""Frappe 15 leaves these records aside, so they are read from their files."""
		sidebars, icons = (_on_desktop(kind) for kind in ("workspace_sidebar", "desktop_icon"))
		app = icons.pop("Plant ITSM")
		workspaces = {workspace.name: workspace for workspace in self._own("Workspace")}
		self.assertEqual((set(sidebars), set(icons)), (set(workspaces), set(workspaces)))
		for name, sidebar in sidebars.items():
			icon = icons[name]
			self.assertEqual((icon["link_to"], icon["parent_icon"], icon["app"]), (name, app["name"], APP))
			home, *links = (
				(item["link_type"], item["link_to"]) for item in sidebar["items"] if item["type"] == "Link"
			)
			self.assertEqual((home, sidebar["module"]), (("Workspace", name), workspaces[name].module))
			rows = [row for row in workspaces[name].links if row.type == "Link"]
			wanted = {(row.link_type, row.link_to) for row in rows}
			wanted |= {(row.type, row.link_to) for row in workspaces[name].shortcuts}
			self.assertEqual(sorted(links), sorted(wanted), name)

	def test_a_filter_has_four_parts(self):
		"""Frappe 16 takes away the last filter of a list where the first has a fifth part."""
		for workspace in self._own("Workspace"):
			texts = [row.stats_filter for row in workspace.shortcuts]
			texts += [row.quick_list_filter for row in workspace.quick_lists]
			for text in filter(None, texts):
				self.assertLessEqual(
					{len(part) for part in json.loads(text)}, {4}, f"{workspace.name}: {text}"
				)

	def test_the_blocks_of_a_workspace_are_those_that_it_has(self):
		for workspace in self._own("Workspace"):
			known = {
				"number_card": {row.number_card_name for row in workspace.number_cards},
				"shortcut": {row.label for row in workspace.shortcuts},
				"quick_list": {row.label for row in workspace.quick_lists},
				"card": {row.label for row in workspace.links if row.type == "Card Break"},
			}
			shown = {kind: set() for kind in known}
			for block in json.loads(workspace.content):
				if block["type"] in shown:
					shown[block["type"]].add(block["data"][f"{block['type']}_name"])
			self.assertEqual(shown, known, workspace.name)

	def test_the_numbers_are_counted_for_those_who_work_with_them(self):
		sync_dashboards(APP)
		for role, module, fewest in (
			("Production Manager", "Line Stop", 3),
			("Robot Maintenance", "Plant Maintenance", 4),
		):
			cards = [card for card in self._own("Number Card") if card.module == module]
			self.assertGreaterEqual(len(cards), fewest)
			self.as_user(role)
			for card in cards:
				self.assertGreaterEqual(get_result(card.as_dict(), card.filters_json), 0)

	def test_the_charts_of_maintenance_draw_reports_that_its_people_may_run(self):
		sync_dashboards(APP)
		charts = [chart for chart in self._own("Dashboard Chart") if chart.module == "Plant Maintenance"]
		self.assertGreaterEqual(len(charts), 2)
		self.as_user("Robot Maintenance")
		for chart in charts:
			self.assertTrue(frappe.get_doc("Report", chart.report_name).is_permitted(), chart.name)

	def test_whoever_is_given_a_role_starts_at_its_workspace_until_another_one_is_chosen(self):
		known = set(frappe.get_all("First Workspace", pluck="role"))
		self.assertLessEqual(set(ROLES) - {"Plant Gateway"}, known)  # no person
		user = self._user("Plant Viewer", "Finance Controller")
		self.assertEqual(user.default_workspace, "Plant Costs")
		user.update({"default_workspace": None}).save()
		self.assertFalse(user.default_workspace)

	def test_where_a_role_starts_is_a_record_that_an_administrator_changes(self):
		self.as_user("Plant Admin")
		frappe.get_doc("First Workspace", "Plant Viewer").update(
			{"workspace": "OT CMDB", "position": 1}
		).save()
		frappe.delete_doc("First Workspace", "Safety Engineer")
		frappe.set_user("Administrator")
		self.assertEqual(self._user("Plant Viewer", "Finance Controller").default_workspace, "OT CMDB")
		self.assertFalse(self._user("Safety Engineer").default_workspace)

	def _user(self, *roles):
		user = frappe.get_doc(
			{"doctype": "User", "email": f"{frappe.generate_hash(length=8)}@workspaces.example"}
		)
		user.update(
			{"first_name": "New", "send_welcome_email": 0, "roles": [{"role": role} for role in roles]}
		)
		return user.insert()


def _on_desktop(kind):
	files = (Path(frappe.get_app_path(APP)) / kind).glob("*.json")
	return {doc["name"]: doc for doc in (json.loads(file.read_text(encoding="utf-8")) for file in files)}
