"""Maintenance on this site's MariaDB."""

from plant_itsm.tests.contract_maintenance import MaintenanceContract
from plant_itsm.tests.site_case import SiteCase


class TestMaintenanceOnSite(MaintenanceContract, SiteCase):
	pass
