"""The costs of the seed's plant on a site, loaded for a case and removed after it."""

from __future__ import annotations

import frappe

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.plant_costs import load_costs
from plant_itsm.services.plants import load_plant, plant_folder
from plant_itsm.tests.site_case import SiteCase

SITE = "Demo Plant"
LOADED = (
	"Line Cost Review",
	"Showback Statement",
	"Capital Asset",
	"Chargeback Setup",
	"Cost Feed Rule",
	"Plant Budget",
	"Cost Rollup",
	"Plant Cost Entry",
	"Production Output",
	"Allocation Rule",
	"Cost Driver",
	"Cost Pool",
	"Production Line",
	"Plant Area",
)
"""What the costs of the seed bring along; the plant itself stays, as other tests use it."""


class SeedCostCase(SiteCase):
	"""Loaded once for all cases of a class; what a case adds goes with it."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		records = FrappeRecords()
		load_plant(records, plant_folder("seed"))
		cls.addClassCleanup(_remove_new, _names())
		load_costs(records, plant_folder("seed"))

	def setUp(self):
		super().setUp()
		self.addCleanup(_remove_new, _names())


def _names():
	return {doctype: set(frappe.get_all(doctype, pluck="name")) for doctype in LOADED}


def _remove_new(before):
	frappe.set_user("Administrator")
	for doctype, known in before.items():
		new = set(frappe.get_all(doctype, pluck="name")) - known
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parent": ["in", new or [""]], "parenttype": doctype})
		frappe.db.delete(doctype, {"name": ["in", new or [""]]})
	frappe.db.commit()
