"""The contract suite on this site's MariaDB."""

from plant_itsm.tests.contract_cases import ImpactContract, RecordsContract, ResponseContract
from plant_itsm.tests.site_case import SiteCase


class TestRecordsOnSite(RecordsContract, SiteCase):
	pass


class TestImpactOnSite(ImpactContract, SiteCase):
	pass


class TestResponseOnSite(ResponseContract, SiteCase):
	pass
