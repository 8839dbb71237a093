"""Patches on a site that stands as it did before them."""

import frappe

from plant_itsm.frappe_site.desk_records import shipped
from plant_itsm.patches import fault_form_labels, part_of_is_hierarchy
from plant_itsm.services.cmdb_tree import PART_OF
from plant_itsm.tests.site_case import SiteCase


class TestPatches(SiteCase):
	def test_part_of_of_an_old_site_becomes_a_hierarchy(self):
		frappe.db.set_value("CI Relation Type", PART_OF, "is_hierarchy", 0)
		part_of_is_hierarchy.execute()
		self.assertEqual(frappe.db.get_value("CI Relation Type", PART_OF, "is_hierarchy"), 1)

	def test_a_web_form_that_the_plant_has_changed_stays(self):
		(form,) = (record for record in shipped() if record["doctype"] == "Web Form")
		name = frappe.db.get_value("Web Form", {"route": form["route"]})
		for script, is_mended in ((self._former_script(form["client_script"]), True), ("theirs()", False)):
			frappe.db.set_value(
				"Web Form", name, {"client_script": script, "custom_css": "", "breadcrumbs": ""}
			)
			fault_form_labels.execute()
			now = frappe.db.get_value("Web Form", name, "client_script")
			self.assertEqual(now, form["client_script"] if is_mended else script)

	def _former_script(self, script):
		"""As it was before labels, heading and introduction came."""
		first, *lines = script.splitlines(keepends=True)
		start = next(number for number, line in enumerate(lines) if "const { $input } = " in line)
		return first + "".join(lines[start:])
