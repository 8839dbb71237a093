"""One file, several processes: RQ's workers are forked from a process that has the store open."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from plant_itsm.domain.errors import DuplicateRecordError, StoreUnavailableError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.database import Database
from plant_itsm.embedded.store import SqliteRecords, open_store
from plant_itsm.tests.contract_plant import SmallPlant

FORK = multiprocessing.get_context("fork")
PROCESSES = 4
ROUNDS = 15
DEADLINE_SECONDS = 60


def start(work: Callable[..., None], *arguments: object) -> BaseProcess:
	process = FORK.Process(target=work, args=arguments)
	process.start()
	return process


def run_at_once(work: Callable[[int], None]) -> None:
	"""Run work(0), work(1) … in a process each; every one must succeed."""
	processes = [start(work, number) for number in range(PROCESSES)]
	for process in processes:
		process.join(DEADLINE_SECONDS)
	assert [process.exitcode for process in processes] == [0] * PROCESSES


def test_no_row_is_lost_and_no_number_given_twice(records: SqliteRecords, plant: SmallPlant):
	def work(number: int) -> None:
		for turn in range(ROUNDS):
			plant.stop(f"{number}/{turn}")

	run_at_once(work)
	stops = records.find("Line Stop")
	assert {row["title"] for row in stops} == {f"T {n}/{t}" for n in range(PROCESSES) for t in range(ROUNDS)}
	assert sorted(int(row["name"][-5:]) for row in stops) == list(range(1, PROCESSES * ROUNDS + 1))


def test_a_unique_value_is_given_to_one_process_only(records: SqliteRecords, plant: SmallPlant):
	def work(number: int) -> None:
		for turn in range(ROUNDS):
			with suppress(DuplicateRecordError):
				plant.stop(f"by {number}", open_key=f"key {turn}")

	run_at_once(work)
	keys = [row["open_key"] for row in records.find("Line Stop")]
	assert sorted(keys) == sorted(f"key {turn}" for turn in range(ROUNDS))


def test_logs_written_at_once_hold_each_key_once(records: SqliteRecords, plant: SmallPlant):
	common = {"signal_rule": plant.rule("R", plant.ci("AR")), "ci": "T AR", "connection": plant.connection}
	common |= {"event_kind": "Line Stop", "transition": "Raised", "address": "a"}
	common["received_time"] = SystemClock().now()

	def work(number: int) -> None:
		for turn in range(ROUNDS):
			keys = range(turn * 5 + number, turn * 5 + number + 10)
			records.insert_many("OT Signal Event", [{**common, "event_key": str(key)} for key in keys])

	run_at_once(work)
	keys = [int(row["event_key"]) for row in records.find("OT Signal Event")]
	assert sorted(keys) == list(range((ROUNDS - 1) * 5 + PROCESSES - 1 + 10))


def test_a_value_that_is_read_and_written_in_a_transaction_loses_no_step(
	records: SqliteRecords, plant: SmallPlant
):
	name = plant.stop("counted", units_per_shift=0)

	def work(_number: int) -> None:
		for _turn in range(ROUNDS):
			with records.transaction():
				seen = records.get("Line Stop", name, for_update=True)["units_per_shift"]
				records.update("Line Stop", name, {"units_per_shift": seen + 1})

	run_at_once(work)
	assert records.get("Line Stop", name)["units_per_shift"] == PROCESSES * ROUNDS


def test_a_file_can_be_made_by_several_processes_at_once(path: Path):
	def work(number: int) -> None:
		store = open_store(path, SystemClock())
		store.insert("Role", {"role_name": f"Role {number}"})

	run_at_once(work)
	assert open_store(path, SystemClock()).count("Role") == PROCESSES


def test_a_child_of_a_transaction_begins_outside_it(records: SqliteRecords, plant: SmallPlant):
	site = plant.site
	seen = FORK.Queue()

	def work() -> None:
		seen.put(records.get("Plant Area", "T open"))

	with records.transaction():
		records.insert("Plant Area", {"area_name": "T open", "plant_site": site})
		process = start(work)
		assert seen.get(timeout=DEADLINE_SECONDS) is None
		process.join(DEADLINE_SECONDS)
		records.insert("Plant Area", {"area_name": "T second", "plant_site": site})
	assert process.exitcode == 0
	assert records.count("Plant Area") == 2


def test_a_process_killed_in_a_transaction_leaves_nothing_and_frees_the_lock(
	records: SqliteRecords, plant: SmallPlant
):
	site, inside = plant.site, FORK.Event()

	def work() -> None:
		with records.transaction():
			records.insert("Plant Area", {"area_name": "T half", "plant_site": site})
			inside.set()
			signal.pause()

	process = start(work)
	assert inside.wait(DEADLINE_SECONDS)
	os.kill(process.pid, signal.SIGKILL)
	process.join(DEADLINE_SECONDS)
	records.insert("Plant Area", {"area_name": "T whole", "plant_site": site})
	assert [row["name"] for row in records.find("Plant Area")] == ["T whole"]


def test_readers_see_the_last_commit_while_somebody_writes(records: SqliteRecords, plant: SmallPlant):
	site, inside, done = plant.site, threading.Event(), threading.Event()

	def write() -> None:
		with records.transaction():
			records.insert("Plant Area", {"area_name": "T new", "plant_site": site})
			inside.set()
			done.wait(DEADLINE_SECONDS)

	writer = threading.Thread(target=write)
	writer.start()
	assert inside.wait(DEADLINE_SECONDS)
	assert records.count("Plant Area") == 0
	done.set()
	writer.join(DEADLINE_SECONDS)
	assert records.count("Plant Area") == 1


def test_a_lock_that_is_not_given_back_makes_the_store_unavailable(records: SqliteRecords):
	impatient = Database(records.path, busy_seconds=0.05)
	refused = pytest.raises(StoreUnavailableError, match=r"plant\.db: database is locked")
	with records.transaction():
		with refused, impatient.transaction():
			pytest.fail("two writers at once")
		records.insert("Role", {"role_name": "R"})
	with impatient.transaction():
		pass
	impatient.close()
