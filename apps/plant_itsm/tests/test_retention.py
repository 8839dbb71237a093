"""The contract of retention on this site's MariaDB."""

from plant_itsm.tests.contract_retention import RetentionContract
from plant_itsm.tests.site_case import SiteCase


class TestRetentionOnSite(RetentionContract, SiteCase):
	pass
