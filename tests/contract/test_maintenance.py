"""Maintenance on the embedded edition's SQLite file."""

from contextlib import nullcontext
from pathlib import Path
from unittest import TestCase

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from plant_itsm.tests.change_plant import make_user
from plant_itsm.tests.contract_maintenance import MaintenanceContract
from tests.services.conftest import RememberingNotifier, RememberingQueue


class TestMaintenanceOnSqlite(MaintenanceContract, TestCase):
	@pytest.fixture(autouse=True)
	def _store(self, tmp_path: Path):
		clock = SystemClock()
		self.records = open_store(tmp_path / "plant.db", clock)
		load_vocabulary(self.records, PACKAGE / "embedded" / "vocabulary")
		load_vocabulary(self.records)
		self.ports = Ports(
			self.records, clock, RememberingQueue(), RememberingNotifier(), "unix:///nowhere", "test"
		)
		yield
		self.records.close()

	def acting(self, role):
		return nullcontext(make_user(self.records, role))
