"""Maintenance on the embedded edition's SQLite file."""

import shutil
from contextlib import nullcontext
from pathlib import Path
from unittest import TestCase

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from plant_itsm.tests.change_plant import make_user
from plant_itsm.tests.contract_life_cycle import LifeCycleContract
from plant_itsm.tests.contract_maintenance import MaintenanceCase, MaintenanceContract
from plant_itsm.tests.contract_maintenance_refusals import MaintenanceRefusalsContract
from plant_itsm.tests.contract_work_orders import WorkOrderContract
from tests.services.conftest import RememberingNotifier, RememberingQueue


@pytest.fixture(scope="module")
def worded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
	"""A store with the words of the plant, loaded once and copied for each test."""
	path = tmp_path_factory.mktemp("worded") / "plant.db"
	records = open_store(path, SystemClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	records.close()
	return path


class OnSqlite(MaintenanceCase):
	@pytest.fixture(autouse=True)
	def _store(self, tmp_path: Path, worded_file: Path):
		clock = SystemClock()
		self.records = open_store(Path(shutil.copy(worded_file, tmp_path)), clock)
		self.ports = Ports(
			self.records, clock, RememberingQueue(), RememberingNotifier(), "unix:///nowhere", "test"
		)
		yield
		self.records.close()

	def acting(self, role):
		return nullcontext(make_user(self.records, role))


class TestMaintenanceOnSqlite(OnSqlite, MaintenanceContract, TestCase):
	pass


class TestWorkOrdersOnSqlite(OnSqlite, WorkOrderContract, TestCase):
	pass


class TestRefusalsOnSqlite(OnSqlite, MaintenanceRefusalsContract, TestCase):
	pass


class TestLifeCycleOnSqlite(OnSqlite, LifeCycleContract, TestCase):
	def certificate(self):
		url = f"/private/files/{self.prefix}.pdf"
		self.records.insert("File", {"file_name": f"{self.prefix}.pdf", "file_url": url})
		return url
