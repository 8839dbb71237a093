from __future__ import annotations

import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from plant_itsm.domain.errors import DuplicateRecordError, StoreFileError
from plant_itsm.domain.schema import DocTypeMeta, FieldMeta
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import SqliteRecords, open_store
from plant_itsm.tests.contract_plant import SmallPlant

from .conftest import StoppedClock

NOTE = FieldMeta("note", "Data")


def store_of(path: Path, fields: Sequence[FieldMeta]) -> SqliteRecords:
	return open_store(path, SystemClock(), {"Machine": DocTypeMeta("Machine", tuple(fields), "prompt")})


def test_a_file_keeps_its_records(path: Path):
	with closing(open_store(path, SystemClock())) as store:
		name = SmallPlant(store, "T").ci("AR")
	with closing(open_store(path, SystemClock())) as store:
		assert store.get("OT CI", name)["name"] == name


def test_nobody_else_may_read_the_file(records: SqliteRecords, path: Path):
	assert stat.S_IMODE(path.stat().st_mode) == 0o600
	assert stat.S_IMODE(path.with_name(f"{path.name}-wal").stat().st_mode) == 0o600


def test_a_new_field_is_added_with_its_default(path: Path):
	with closing(store_of(path, [NOTE])) as store:
		store.insert("Machine", {"name": "M1", "note": "old"})
	added = [FieldMeta("enabled", "Check", default="1"), FieldMeta("port", "Int"), FieldMeta("place", "Data")]
	with closing(store_of(path, [NOTE, *added])) as store:
		record = store.get("Machine", "M1")
		assert [record[f] for f in ("note", "enabled", "port", "place")] == ["old", True, 0, None]
		assert store.count("Machine", {"enabled": True, "port": 0}) == 1
		before = store.stamp(["Machine"])
		store.insert("Machine", {"name": "M2", "enabled": False})
		assert store.stamp(["Machine"]) != before


def test_a_file_of_a_later_version_can_still_be_read(path: Path):
	store_of(path, [NOTE, FieldMeta("place", "Data")]).close()
	with closing(store_of(path, [NOTE])) as store:
		assert store.insert("Machine", {"name": "M1", "note": "x"})["note"] == "x"


def test_a_new_doctype_gets_its_table(path: Path):
	store_of(path, [NOTE]).close()
	metas = {
		"Machine": DocTypeMeta("Machine", (NOTE,), "prompt"),
		"Tool": DocTypeMeta("Tool", (NOTE,), "prompt"),
	}
	with closing(open_store(path, SystemClock(), metas)) as store:
		before = store.stamp(["Tool"])
		store.insert("Tool", {"name": "T1"})
		assert store.stamp(["Tool"]) != before


def test_a_field_of_another_type_is_refused_with_a_way_out(path: Path):
	store_of(path, [NOTE]).close()
	with pytest.raises(
		StoreFileError, match=r"Machine: note is kept as text, but is int.* Move the file"
	) as caught:
		store_of(path, [FieldMeta("note", "Int")])
	assert str(path) in str(caught.value)
	store_of(path, [NOTE]).close()


def test_a_field_that_becomes_unique_is_unique_until_it_ceases_to_be(path: Path):
	with closing(store_of(path, [NOTE])) as store:
		store.insert("Machine", {"name": "M1", "note": "x"})
	strict = store_of(path, [FieldMeta("note", "Data", unique=True)])
	with closing(strict), pytest.raises(DuplicateRecordError, match="note 'x'"):
		strict.insert("Machine", {"name": "M2", "note": "x"})
	with closing(store_of(path, [NOTE])) as store:
		store.insert("Machine", {"name": "M2", "note": "x"})


def test_a_field_that_becomes_unique_over_duplicates_is_refused_and_nothing_changes(path: Path):
	with closing(store_of(path, [NOTE])) as store:
		store.insert("Machine", {"name": "M1", "note": "x"})
		store.insert("Machine", {"name": "M2", "note": "x"})
	with pytest.raises(StoreFileError, match="note must be unique"):
		store_of(path, [FieldMeta("note", "Data", unique=True), FieldMeta("place", "Data")])
	with closing(store_of(path, [NOTE])) as store:
		assert store.count("Machine", {"note": "x"}) == 2


def test_a_file_that_is_no_store_is_refused_and_left_alone(path: Path):
	path.write_bytes(b"name,place\n" * 500)
	with pytest.raises(StoreFileError, match="not a database") as caught:
		open_store(path, SystemClock())
	assert str(path) in str(caught.value)
	assert path.read_bytes() == b"name,place\n" * 500


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path):
	with closing(sqlite3.connect(path)) as other:
		other.execute("CREATE TABLE people (name)")
	with pytest.raises(StoreFileError, match="something else"):
		open_store(path, SystemClock())
	with closing(sqlite3.connect(path)) as other:
		assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("people",)]


def test_a_folder_is_refused(tmp_path: Path):
	with pytest.raises(StoreFileError, match="Choose"):
		open_store(tmp_path, SystemClock())


def test_a_stamp_changes_though_the_clock_stands_still(path: Path):
	with closing(open_store(path, StoppedClock())) as store:
		name = SmallPlant(store, "T").ci("AR")
		stamps = [store.stamp(["OT CI"])]
		store.update("OT CI", name, {"title": "Robot"})
		stamps.append(store.stamp(["OT CI"]))
		with closing(sqlite3.connect(path)) as other, other:
			other.execute('DELETE FROM "OT CI"')
		stamps.append(store.stamp(["OT CI"]))
		assert len(set(stamps)) == 3


def test_records_of_one_moment_are_found_as_they_were_inserted(path: Path):
	with closing(open_store(path, StoppedClock())) as store:
		plant = SmallPlant(store, "T")
		names = [plant.dead_letter(reason=str(number)) for number in range(20)]
		store.insert_many("Signal Dead Letter", names)
		found = store.find("Signal Dead Letter", order_by="creation", descending=True)
		assert [row["reason"] for row in found] == [str(number) for number in reversed(range(20))]
