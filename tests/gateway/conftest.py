"""A site with one gateway, and what a test drives it by."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.gateway import Forwarder
from plant_itsm.embedded.site_client import SiteClient
from plant_itsm.embedded.spool import Spool
from tests.gateway.http_site import KEY, USER, HttpSite
from tests.services.conftest import Plant

BROKER = "Cell Broker"


@pytest.fixture(scope="session")
def site_file(tmp_path_factory):
	path = tmp_path_factory.mktemp("site") / "plant.sqlite"
	plant = Plant(path)
	records = plant.records
	records.insert("User", {"email": USER, "first_name": "Gateway", "enabled": True})
	records.insert("Plant Gateway", {"gateway_name": "DMZ 1", "user": USER})
	records.update("OT Connection", BROKER, {"gateway": "DMZ 1"})
	settings = "Plant ITSM Settings"
	records.update(settings, settings, {"incidents_per_rule_and_hour": 0})
	records.close()
	return path


@pytest.fixture
def plant(tmp_path, site_file, shared_redis, client):
	plant = Plant(Path(shutil.copy(site_file, tmp_path)), is_loaded=True)
	plant.ports = replace(plant.ports, redis_url=shared_redis.url)
	yield plant
	plant.records.close()


@pytest.fixture
def site(plant):
	site = HttpSite(plant.ports)
	site.start()
	yield site
	site.stop()


@pytest.fixture
def spool(tmp_path):
	spool = Spool(tmp_path / "gateway" / "spool.sqlite", SystemClock(), 100_000_000)
	yield spool
	spool.close()


@pytest.fixture
def forwarder(site, spool):
	return Forwarder(spool, SiteClient(site.url, KEY), BROKER, SystemClock())
