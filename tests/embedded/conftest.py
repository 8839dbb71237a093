from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import SqliteRecords, open_store
from plant_itsm.tests.contract_plant import SmallPlant


class StoppedClock:
	def now(self) -> datetime:
		return datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def path(tmp_path: Path) -> Path:
	return tmp_path / "plant.db"


@pytest.fixture
def records(path: Path) -> Iterator[SqliteRecords]:
	store = open_store(path, SystemClock())
	yield store
	store.close()


@pytest.fixture
def plant(records: SqliteRecords) -> SmallPlant:
	return SmallPlant(records, "T")
