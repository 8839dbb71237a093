"""Patches on a site that stands as it did before them."""

import frappe

from plant_itsm.patches import part_of_is_hierarchy
from plant_itsm.services.cmdb_tree import PART_OF
from plant_itsm.tests.site_case import SiteCase


class TestPatches(SiteCase):
	def test_part_of_of_an_old_site_becomes_a_hierarchy(self):
		frappe.db.set_value("CI Relation Type", PART_OF, "is_hierarchy", 0)
		part_of_is_hierarchy.execute()
		self.assertEqual(frappe.db.get_value("CI Relation Type", PART_OF, "is_hierarchy"), 1)
