"""Steady traffic through real broker, Redis and workers for as long as is asked: `python -m tests.endurance.soak`.

SOAK_MINUTES (60) and SOAK_RATE (1,000 signals per second) are the load. Memory of listener, drain and delivery is
sampled all the time; at the end the books of the fault suite are closed: nothing lost, nothing doubled. The report is
out/soak/report.md, the samples are beside it. Ends with 1 where memory may grow by 5 MB an hour or more.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from tests.benchmarks.memory import resident_mb
from tests.endurance.machine import machine_line
from tests.endurance.memory_slope import Slope, slope_of
from tests.faults.ledger import Tally
from tests.faults.plants import BROKER
from tests.faults.runs import BrokerRun, broker_run
from tests.faults.site import FaultSite, prepare_site
from tests.faults.traffic import SPACING, Traffic

OUT = Path("out/soak")
MACHINES = 100
BEAT_SECONDS = 0.2
SETTINGS = {"lease_seconds": 15}
"""As a plant has it; the fault suite's own is short, and a busy machine would lose it."""
SAMPLE_SECONDS = 10.0
WARM_SHARE = 0.2
"""The share of a soak after which caches are filled and growth counts."""
AIM_MB_PER_HOUR = 5.0
_MEGABYTE = 1024 * 1024


@dataclass
class Samples:
	"""What was measured when: name -> values, beside the seconds since the start. A process that ended makes a gap."""

	seconds: list[float] = field(default_factory=list)
	values: dict[str, list[float | None]] = field(default_factory=dict)

	def add(self, second: float, found: Mapping[str, float | None]) -> None:
		self.seconds.append(second)
		for name, value in found.items():
			self.values.setdefault(name, []).append(value)

	def slope(self, name: str) -> Slope:
		"""Of the time after the warming up."""
		begins = self.seconds[-1] * WARM_SHARE
		pairs = zip(self.seconds, self.values[name], strict=True)
		warm = [(second, value) for second, value in pairs if second >= begins and value is not None]
		return slope_of([second for second, _ in warm], [value for _, value in warm])

	def range_of(self, name: str) -> tuple[float, float]:
		known = [value for value in self.values[name] if value is not None]
		return min(known), max(known)

	def write(self, path: Path) -> None:
		with path.open("w", newline="", encoding="utf-8") as file:
			writer = csv.writer(file)
			writer.writerow(["seconds", *self.values])
			writer.writerows(zip(self.seconds, *self.values.values(), strict=True))


class Soak:
	def __init__(self, site: FaultSite, run: BrokerRun, rate: float, minutes: float):
		self._site, self._run, self.rate, self.minutes = site, run, rate, minutes
		self._traffic = Traffic(1, MACHINES)
		self.samples = Samples()
		self.pids: set[int] = set()
		self._processes: dict[str, Callable[[], int | None]] = {
			"listener": lambda: site.pid_of("listen", connection=BROKER),
			"drain": lambda: site.pid_of("drain"),
			"delivery": site.delivery_pid,
		}

	def load(self) -> None:
		"""Send at the rate, however long a sample takes, and sample in between."""
		began, sent, next_sample = time.monotonic(), 0, 0.0
		while (passed := time.monotonic() - began) < self.minutes * 60:
			due = int(passed * self.rate) - sent
			if due:
				self._traffic.move_to(datetime.now(timezone.utc) - due * SPACING)
				self._run.send(self._traffic.messages(due))
				sent += due
			if passed >= next_sample:
				self._sample(passed)
				next_sample = passed + SAMPLE_SECONDS
			time.sleep(BEAT_SECONDS)

	def _sample(self, passed: float) -> None:
		pids = {name: pid() for name, pid in self._processes.items()}
		self.pids |= {pid for pid in pids.values() if pid}
		found = {f"{name} MB": _memory(pid) for name, pid in pids.items()}
		redis_used = self._site.client.info("memory")["used_memory"] / _MEGABYTE
		self.samples.add(passed, {**found, "Redis MB": redis_used, "signals waiting": self._site.waiting()})


def _memory(pid: int | None) -> float | None:
	try:
		return resident_mb(pid) if pid else None
	except (OSError, ProcessLookupError):
		return None


def report(soak: Soak, tally: Tally, machine: str) -> list[str]:
	samples, rows = soak.samples, []
	for name in (name for name in samples.values if name.endswith("MB")):
		(low, high), (value, least, most) = samples.range_of(name), samples.slope(name).per_hour()
		rows.append(f"| {name} | {low:.1f} – {high:.1f} | {value:+.2f} | {least:+.2f} to {most:+.2f} |")
	return [
		"# Soak",
		"",
		f"{soak.minutes:g} minutes at {soak.rate:g} signals per second, in {len(soak.pids)} processes;"
		f" {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC; {machine}.",
		"",
		f"{tally.sent:,} sent, {tally.received:,} received, {tally.events:,} events, {tally.stops:,} stops,"
		f" {tally.tickets:,} tickets: {tally.lost} lost, {tally.doubled} doubled, {tally.invented} invented.",
		f"Signals waiting in the stream: at most {samples.range_of('signals waiting')[1]:,.0f}.",
		"",
		f"Growth after the first {WARM_SHARE:.0%}, by least squares:",
		"",
		"| memory | lowest – highest, MB | MB per hour | with 95 % confidence |",
		"|---|---|---|---|",
		*rows,
		"",
	]


def main() -> int:
	minutes = float(os.environ.get("SOAK_MINUTES", "60"))
	rate = float(os.environ.get("SOAK_RATE", "1000"))
	OUT.mkdir(parents=True, exist_ok=True)
	tally, machine, failure = Tally("soak", 1), machine_line(), ""
	with tempfile.TemporaryDirectory(prefix="soak-") as folder:
		prepared = prepare_site(Path(folder) / "plant", MACHINES)
		with (
			FaultSite(prepared, Path(folder) / "run", settings=SETTINGS) as site,
			broker_run(site, tally) as run,
		):
			soak = Soak(site, run, rate, minutes)
			try:
				soak.load()
				run.finish()
				run.close_books()
			except AssertionError as error:
				failure = f"The books do not close: {error}"
			finally:
				soak.samples.write(OUT / "samples.csv")
				tally.sent = len(run.sent)
	lines = [*report(soak, tally, machine), failure]
	(OUT / "report.md").write_text("\n".join(lines), encoding="utf-8")
	print("\n".join(lines))
	ours = ("listener MB", "drain MB", "delivery MB")
	return int(
		bool(failure) or any(soak.samples.slope(name).per_hour()[2] >= AIM_MB_PER_HOUR for name in ours)
	)


if __name__ == "__main__":
	sys.exit(main())
