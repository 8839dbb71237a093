"""A store of the first version that could be installed, with a plant, stops and tickets, opened with this one.

store-2026-11-23.sql is what SQLite dumped of it then; it is never made anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.embedded.schema import doctype_metas
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.services import outbox
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.upgrades import schema_version
from tests.services.conftest import AR_042, RememberingNotifier, RememberingQueue, SetClock

DUMP = Path(__file__).parents[1] / "upgrade" / "store-2026-11-23.sql"
LATER = datetime(2026, 11, 23, 20, 0, tzinfo=timezone.utc)
ADDED = {"modified", "creation"}


def old_rows(path: Path) -> dict[str, list[dict[str, object]]]:
	with closing(sqlite3.connect(path)) as old:
		old.row_factory = sqlite3.Row
		tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
		return {
			table: [dict(row) for row in old.execute(f'SELECT * FROM "{table}"')]
			for table in tables
			if not table.startswith("_") and table in doctype_metas()
		}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
	with closing(sqlite3.connect(tmp_path / "plant.sqlite")) as old:
		old.executescript(DUMP.read_text(encoding="utf-8"))
	(tmp_path / "site.json").write_text(json.dumps({"namespace": "embedded-old", "redis_url": "redis://x"}))
	return tmp_path


@pytest.fixture
def site(folder: Path) -> Iterator[EmbeddedSite]:
	site = EmbeddedSite.open(folder)
	yield site
	site.records.close()


def test_every_record_of_before_is_there_with_what_it_said(folder: Path):
	before = old_rows(folder / "plant.sqlite")
	assert sum(map(len, before.values())) > 100
	EmbeddedSite.open(folder).records.close()
	after = old_rows(folder / "plant.sqlite")
	for doctype, rows in before.items():
		kept = {row["name"]: row for row in after[doctype]}
		for row in rows:
			changed = {key for key, value in row.items() if kept[row["name"]][key] != value} - ADDED
			assert changed <= ({"is_hierarchy"} if doctype == "CI Relation Type" else set()), (doctype, row)


def test_every_record_can_be_read_by_this_version(site: EmbeddedSite):
	read = 0
	for doctype in doctype_metas():
		for row in site.records.find(doctype):
			read += site.records.get(doctype, row["name"]) is not None
	assert read > 100


def test_words_and_steps_that_came_since_are_brought_once(site: EmbeddedSite, folder: Path):
	assert site.records.count("Priority Rule") > 0
	assert site.records.get("CI Relation Type", "part of")["is_hierarchy"] is True
	note = json.loads((folder / "site.json").read_text())
	assert note["redis_url"] == "redis://x"
	assert note["schema"].startswith(schema_version()[:2])
	site.records.delete("Priority Rule", site.records.find("Priority Rule")[0]["name"])
	kept = site.records.count("Priority Rule")
	again = EmbeddedSite.open(folder)
	assert again.records.count("Priority Rule") == kept  # what an administrator has removed stays so
	again.records.close()


def test_a_stop_of_before_ends_and_the_next_one_gets_its_ticket(site: EmbeddedSite):
	clock = SetClock(LATER)
	ports = replace(
		site.ports("unix:///nowhere"), clock=clock, jobs=RememberingQueue(), notifier=RememberingNotifier()
	)
	(open_stop,) = site.records.find("Line Stop", {"status": "Open"})
	with site.records.transaction():
		drain = ConnectionDrain(ports, "Cell Broker", ImpactModel(site.records))
	tickets = site.records.count("HD Ticket")

	def tell(state: str, minutes: int) -> list[str]:
		at = LATER + timedelta(minutes=minutes)
		clock.moment = at
		payload = json.dumps({"state": state, "ts": at.isoformat()}).encode()
		place = f"{int(at.timestamp() * 1000)}-0"
		return drain.process([StreamedSignal(place, RawSignal(AR_042, payload, at))])

	for stop in tell("RUNNING", 0):
		outbox.deliver(ports, stop)
	assert site.records.get("Line Stop", open_stop["name"])["status"] == "Ended"
	for stop in tell("OFFLINE", 60):
		outbox.deliver(ports, stop)
	assert site.records.count("HD Ticket") == tickets + 1
	(newest,) = site.records.find("Line Stop", {"status": "Open"})
	assert newest["priority"] == "P1"
