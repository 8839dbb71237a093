"""OT changes on the embedded edition's SQLite file."""

import hashlib
import shutil
from contextlib import nullcontext
from pathlib import Path
from unittest import TestCase

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.services.plants import PACKAGE, load_vocabulary
from plant_itsm.tests.contract_change_evasions import ChangeEvasionsContract
from plant_itsm.tests.contract_change_findings import ChangeFindingsContract
from plant_itsm.tests.contract_changes import ChangeContractCase, ChangesContract


@pytest.fixture(scope="module")
def with_vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
	path = tmp_path_factory.mktemp("vocabulary") / "plant.db"
	records = open_store(path, SystemClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	records.close()
	return path


class OnSqlite(ChangeContractCase):
	@pytest.fixture(autouse=True)
	def _store(self, tmp_path: Path, with_vocabulary: Path):
		self.records = open_store(Path(shutil.copy(with_vocabulary, tmp_path)), SystemClock())
		yield
		self.records.close()

	def acting(self, user):
		return nullcontext()

	def attach(self, content):
		"""This edition keeps no files: their fingerprint is said."""
		sha256 = hashlib.sha256(content).hexdigest()
		return {"file": f"/private/files/{sha256[:8]}", "found_sha256": sha256}


class TestChangesOnSqlite(OnSqlite, ChangesContract, TestCase):
	pass


class TestChangeFindingsOnSqlite(OnSqlite, ChangeFindingsContract, TestCase):
	pass


class TestChangeEvasionsOnSqlite(OnSqlite, ChangeEvasionsContract, TestCase):
	pass
