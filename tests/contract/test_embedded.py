"""The contract suite on the embedded edition's SQLite file."""

from pathlib import Path
from unittest import TestCase

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.tests.contract_cases import ImpactContract, RecordsContract


class OnSqlite(TestCase):
	@pytest.fixture(autouse=True)
	def _store(self, tmp_path: Path):
		self.records = open_store(tmp_path / "plant.db", SystemClock())
		yield
		self.records.close()


class TestRecordsOnSqlite(RecordsContract, OnSqlite):
	pass


class TestImpactOnSqlite(ImpactContract, OnSqlite):
	pass
