"""The contract suite on this site's MariaDB."""

import frappe

from plant_itsm.frappe_site.site import site_ports
from plant_itsm.tests.contract_cases import (
	DrillsContract,
	ImpactContract,
	IncidentsContract,
	RecordsContract,
	ResponseContract,
)
from plant_itsm.tests.site_case import SiteCase


class TestRecordsOnSite(RecordsContract, SiteCase):
	pass


class TestImpactOnSite(ImpactContract, SiteCase):
	pass


class TestIncidentsOnSite(IncidentsContract, SiteCase):
	def in_own_connection(self, work):
		with frappe.init_site(self.site):
			frappe.connect()
			work(site_ports())

	def setUp(self):
		super().setUp()
		self.site = frappe.local.site


class TestDrillsOnSite(DrillsContract, SiteCase):
	pass


class TestResponseOnSite(ResponseContract, SiteCase):
	pass
