"""The clock of our machines jumps an hour ahead and back, and an hour behind: signals count all the same."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.faults.ledger import count_events, count_tickets, take_counts
from tests.faults.plants import BROKER
from tests.faults.runs import broker_run, machines_for
from tests.faults.servers import faketime_library
from tests.faults.site import DYING_WORKER, PRODUCT_WORKER
from tests.faults.traffic import Traffic, expected, parts
from tests.faults.worker import FaultPlan

HOUR = 3600
STEPS = (0, HOUR, 0, -HOUR, 0)


class FakedClock:
	"""libfaketime moves the clock of each worker; without it their Clock port is moved. Redis keeps the right time."""

	def __init__(self, folder: Path):
		library, self._file = faketime_library(), folder / "clock"
		self._file.write_text("+0")
		self.is_whole = library is not None
		self.options = {"worker": DYING_WORKER}
		if library:
			environment = {
				"LD_PRELOAD": library,
				"FAKETIME_TIMESTAMP_FILE": str(self._file),
				"FAKETIME_NO_CACHE": "1",
				"FAKETIME_DONT_FAKE_MONOTONIC": "1",
			}
			self.options = {"worker": PRODUCT_WORKER, "environment": environment}

	def step(self, site, seconds):
		if self.is_whole:
			scratch = self._file.with_suffix(".new")
			scratch.write_text(f"{seconds:+d}")
			scratch.replace(self._file)
		else:
			FaultPlan(clock_seconds=seconds).write(site.folder)


def test_clock_stepped_by_an_hour(fault_site, scale, tally, tmp_path):
	clock = FakedClock(tmp_path)
	site = fault_site(machines_for(scale.signals), **clock.options)
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	with broker_run(site, tally) as run:
		for seconds, part in zip(STEPS, parts(traffic.messages(scale.signals), len(STEPS)), strict=True):
			clock.step(site, seconds)
			run.send(part)
			site.wait_for_received(BROKER, len(run.sent))
		run.send(traffic.last_states())
		run.finish()
		tally.note = "libfaketime" if clock.is_whole else "Clock port"
		_check_that_time_jumped(site)
		_close(run, tally, site)


def _check_that_time_jumped(site):
	seen = [row["received_time"] for row in site.records.find("OT Signal Event")]
	now, half = datetime.now(timezone.utc), timedelta(seconds=HOUR / 2)
	assert min(seen) < now - half
	assert max(seen) > now + half


def _close(run, tally, site):
	"""A stop that ends before it has begun by our clock cannot go on as the same one, so a machine may have several;
	but one that is open, and as it says itself."""
	wanted = expected(run.sent)
	count_events(tally, site.records, BROKER, wanted)
	opened = Counter(row["root_ci"] for row in site.records.find("Line Stop", {"status": "Open"}))
	tally.add("doubled", [ci for ci, count in opened.items() if count > 1])
	tally.add("lost", wanted.open_cis - opened.keys())
	tally.add("invented", opened.keys() - wanted.open_cis)
	count_tickets(tally, site.records)
	take_counts(tally, site, BROKER)
	negative = [row["name"] for row in site.records.find("Line Stop", {"duration_seconds": ("<", 0)})]
	assert not negative, negative
	tally.check()
