"""A week in which the site is away, and the hours after it: `python -m tests.gateway.week`, out/gateway/week.md.

The clock is simulated, the signals are real: each is put into the spool as a listener does, and afterwards handed on
by HTTP to a site with its own Redis and drain, in processes of their own. WEEK_RATE: signals per second, 100 by
default; that is 60 million, and takes hours. WEEK_FOLDER: where spool and site are kept, so that a run that was broken
off goes on. WEEK_FORWARD=0 only fills the spool.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import redis

from plant_itsm.domain.vocabulary import Transition
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.gateway import Forwarder
from plant_itsm.embedded.site_client import SiteAwayError, SiteClient
from plant_itsm.embedded.spool import Spool
from plant_itsm.ot_listeners.intake import BATCH, stream_key
from tests.endurance.machine import machine_line
from tests.gateway.http_site import KEY
from tests.gateway.week_site import BROKER, SiteProcess, judge_all, make_site, plant_of, serve
from tests.gateway.week_traffic import STOPS, WeekTraffic
from tests.servers import RedisServer

RESTARTS = 14
"""How often the gateway is started anew in the week, twice a day; as often again while it hands on."""
PROGRESS_SECONDS = 60.0
FULL_PAUSE_SECONDS = 0.2
OUT = Path("out/gateway/week.md")


class Week:
	def __init__(self, folder: Path, rate: float):
		self.folder, self.traffic = folder, WeekTraffic(rate)
		self.spool = self._spool()
		self.lines: list[str] = []
		self._restart_each = max(BATCH, self.traffic.total // RESTARTS)

	def _spool(self) -> Spool:
		return Spool(self.folder / "spool.sqlite", SystemClock(), 10**12)

	def restart(self) -> None:
		self.spool.close()
		self.spool = self._spool()

	def fill(self) -> None:
		"""Put in what is not there yet."""
		first = put = self.spool.numbered(BROKER)
		progress, signals = Progress("put", self.traffic.total, first), self.traffic.after(first)
		while batch := list(itertools.islice(signals, BATCH)):
			self.spool.put(BROKER, batch)
			put += len(batch)
			progress.look(put)
			if put % self._restart_each < BATCH:
				self.restart()
		assert self.spool.numbered(BROKER) == self.traffic.total
		if put > first:
			used, waiting = self.spool.used_bytes(), self.spool.waiting(BROKER)
			self.tell("signals in the week", f"{self.traffic.total:,} ({self.traffic.rate:g} per second)")
			self.tell("put into the spool", f"{progress.per_second(put):,.0f} per second")
			self.tell("spool on the disk", f"{used / 1e6:,.0f} MB, {used / waiting:.1f} bytes per signal")

	def forward(self) -> None:
		server = RedisServer(self.folder / "redis")
		server.start()
		make_site(self.folder)
		answering = SiteProcess(serve, self.folder, server.url)
		judging = SiteProcess(judge_all, self.folder, server.url, self.traffic.rate)
		try:
			self._hand_on(answering, judging, redis.Redis.from_url(server.url))
			self._memory(
				{"gateway": os.getpid(), "site, requests": answering.pid, "site, drain": judging.pid}
			)
		finally:
			judging.kill()
			answering.kill()
			self._close_books(server.url)
			server.kill()

	def _hand_on(self, answering: SiteProcess, judging: SiteProcess, client: redis.Redis) -> None:
		total, strikes, lost = self.traffic.total, 0, 0
		first = total - self.spool.waiting(BROKER)
		progress, next_strike = Progress("handed on", total, first), first + self._restart_each
		forwarder = self._forwarder(answering)
		while (waiting := self.spool.waiting(BROKER)) > 0:
			assert not judging.has_failed(), "the drain has ended: see what it said"
			progress.look(total - waiting)
			if total - waiting >= next_strike:
				strikes, next_strike = strikes + 1, next_strike + self._restart_each
				judging.kill()  # kill -9, what Redis holds is lost, and the gateway is started anew
				client.delete(stream_key("test", BROKER))
				self.restart()
				forwarder = self._forwarder(answering)
				judging.start()
			lost += not _goes_on(forwarder.step)
		rate = progress.per_second(total)
		self.tell("handed on, judged, committed and forgotten", f"{rate:,.0f} per second")
		self.tell("requests that failed or whose answer was lost", f"{lost:,}")
		self.tell(
			"times that the drain was killed, Redis lost its stream and the gateway was restarted",
			f"{strikes}",
		)

	def _forwarder(self, answering: SiteProcess) -> Forwarder:
		return Forwarder(self.spool, SiteClient(answering.told, KEY), BROKER, SystemClock())

	def _memory(self, processes: dict[str, int]) -> None:
		for name, pid in processes.items():
			self.tell(f"memory at most: {name}", f"{_most_memory_mb(pid):.0f} MB")

	def _close_books(self, redis_url: str) -> None:
		plant, total = plant_of(self.folder, redis_url), self.traffic.total
		counts = plant.counts()
		raised = {"connection": BROKER, "transition": Transition.RAISED}
		begins = sorted(row["source_time"] for row in plant.records.find("OT Signal Event", raised))
		stops = plant.records.count("Line Stop")
		self.tell("signals judged at the site", f"{counts['received']:,}")
		self.tell("lost", f"{total - counts['received']:,}")
		self.tell("line stops, of so many that there were", f"{stops} of {STOPS}")
		self.tell("events", f"{counts['events']:,}")
		assert counts["received"] == total == counts["events"] + counts["suppressed"], counts
		assert (stops, begins) == (STOPS, self.traffic.stop_begins())

	def tell(self, what: str, figure: str) -> None:
		self.lines.append(f"| {what} | {figure} |")
		print(f"{what}: {figure}", flush=True)


def _goes_on(step: Callable[[], bool]) -> bool:
	"""One step of the forwarder; what it cannot hand on waits a little. Returns whether the site answered."""
	try:
		if not step():
			time.sleep(FULL_PAUSE_SECONDS)
	except SiteAwayError:
		return False
	return True


class Progress:
	"""Says now and then how far something has come."""

	def __init__(self, what: str, total: int, first: int):
		self._what, self._total, self._first = what, total, first
		self._began = self._told = time.monotonic()

	def look(self, done: int) -> None:
		if time.monotonic() - self._told > PROGRESS_SECONDS:
			self._told = time.monotonic()
			print(f"{self._what}: {done:,} of {self._total:,}, {self.per_second(done):,.0f}/s", flush=True)

	def per_second(self, done: int) -> float:
		return (done - self._first) / (time.monotonic() - self._began)


def _most_memory_mb(pid: int) -> float:
	status = Path(f"/proc/{pid}/status").read_text()
	return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
	rate, kept = float(os.environ.get("WEEK_RATE", "100")), os.environ.get("WEEK_FOLDER")
	with tempfile.TemporaryDirectory(prefix="gateway-week-") as scratch:
		folder = Path(kept or scratch)
		folder.mkdir(parents=True, exist_ok=True)
		week, machine = Week(folder, rate), machine_line()
		try:
			week.fill()
			if os.environ.get("WEEK_FORWARD", "1") != "0":
				week.forward()
		finally:
			week.spool.close()
			OUT.parent.mkdir(parents=True, exist_ok=True)
			OUT.write_text(
				"\n".join([machine, "", "| what | figure |", "|---|---|", *week.lines, ""]), encoding="utf-8"
			)
	print(OUT)


if __name__ == "__main__":
	sys.exit(main())
