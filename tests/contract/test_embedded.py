"""The contract suite on the embedded edition's SQLite file."""

import shutil
from pathlib import Path
from unittest import TestCase

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.ports import Ports
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from plant_itsm.tests.contract_cases import (
	DrillsContract,
	ImpactContract,
	IncidentsContract,
	RecordsContract,
	ResponseContract,
)
from tests.services.conftest import RememberingNotifier, RememberingQueue


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


@pytest.fixture(scope="module")
def with_vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
	"""A file with the words that every site has, made once and copied for each case."""
	path = tmp_path_factory.mktemp("vocabulary") / "plant.db"
	records = open_store(path, SystemClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	records.close()
	return path


class WithVocabulary(OnSqlite):
	@pytest.fixture(autouse=True)
	def _store(self, tmp_path: Path, with_vocabulary: Path):
		self.records = open_store(Path(shutil.copy(with_vocabulary, tmp_path)), SystemClock())
		yield
		self.records.close()


class TestResponseOnSqlite(ResponseContract, WithVocabulary):
	pass


class TestDrillsOnSqlite(DrillsContract, WithVocabulary):
	pass


class TestIncidentsOnSqlite(IncidentsContract, WithVocabulary):
	def setUp(self):
		self.ports = Ports(
			self.records, SystemClock(), RememberingQueue(), RememberingNotifier(), "unix:///nowhere", "test"
		)

	def in_own_connection(self, work):
		"""Each thread has a connection of its own to the file."""
		work(self.ports)
