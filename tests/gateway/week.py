"""A week in which the site is away, and the hours after it: `python -m tests.gateway.week`, out/gateway/week.md.

The clock is simulated, the signals are real: each is put into the spool as a listener does, and afterwards handed on
by HTTP to a site with its own Redis and drain. WEEK_RATE: signals per second, 100 by default; that is 60 million, and
takes hours. WEEK_FORWARD=0 only fills the spool.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import redis

from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.gateway import Forwarder
from plant_itsm.embedded.site_client import SiteAwayError, SiteClient
from plant_itsm.embedded.spool import Spool
from plant_itsm.ot_listeners.intake import BATCH, stream_key
from tests.gateway.http_site import KEY, USER, HttpSite, judge
from tests.servers import RedisServer
from tests.services.conftest import AR_042, Plant

BROKER = "Cell Broker"
BEGAN = datetime(2026, 6, 1, tzinfo=timezone.utc)
WEEK_SECONDS = 7 * 86_400
STOP_EACH_SECONDS, STOP_SECONDS = 3_600, 300
"""Once an hour the robot stands for five minutes; all other signals repeat its state."""
RESTARTS = 14
"""How often the gateway is started anew in the week: twice a day."""
OUT = Path("out/gateway/week.md")


def traffic(rate: float) -> Iterator[RawSignal]:
	total = int(rate * WEEK_SECONDS)
	for number in range(total):
		at = number / rate
		state = "OFFLINE" if at % STOP_EACH_SECONDS >= STOP_EACH_SECONDS - STOP_SECONDS else "RUNNING"
		moment = BEGAN + timedelta(seconds=at)
		payload = f'{{"state": "{state}", "ts": "{moment.isoformat()}"}}'.encode()
		yield RawSignal(AR_042, payload, moment, payload_bytes=len(payload))


class Week:
	def __init__(self, folder: Path, rate: float):
		self.folder, self.rate = folder, rate
		self.total = int(rate * WEEK_SECONDS)
		self.spool = self._spool()
		self.lines: list[str] = []

	def _spool(self) -> Spool:
		return Spool(self.folder / "spool.sqlite", SystemClock(), 10**12)

	def restart(self) -> None:
		self.spool.close()
		self.spool = self._spool()

	def fill(self) -> None:
		began, batch, put = time.monotonic(), [], 0
		restart_each = max(1, self.total // RESTARTS)
		for signal in traffic(self.rate):
			batch.append(signal)
			if len(batch) == BATCH:
				self.spool.put(BROKER, batch)
				put += len(batch)
				batch = []
				if put % restart_each < BATCH:
					self.restart()
		if batch:
			self.spool.put(BROKER, batch)
		seconds, used = time.monotonic() - began, self.spool.used_bytes()
		each = used / self.total
		self.tell("signals in the week", f"{self.total:,} ({self.rate:g} per second)")
		self.tell("of these in the spool afterwards", f"{self.spool.waiting(BROKER):,}")
		self.tell("put into the spool", f"{self.total / seconds:,.0f} per second")
		self.tell("disk per signal", f"{each:.0f} bytes (payloads of {len(signal.payload)} bytes)")
		self.tell(
			"disk for a week at 100 per second",
			f"{each * 100 * WEEK_SECONDS / 1e9:.1f} GB, computed from that",
		)

	def forward(self) -> None:
		server = RedisServer(self.folder / "redis")
		server.start()
		plant = self._plant(server.url)
		site = HttpSite(plant.ports)
		site.before = lambda number: {0: "deaf", 1: "away", 2: 503}.get(number % 50)
		site.start()
		try:
			self._hand_on(plant, site, redis.Redis.from_url(server.url))
		finally:
			site.stop()
			server.kill()

	def _plant(self, redis_url: str) -> Plant:
		plant = Plant(self.folder / "site.sqlite")
		records, settings = plant.records, "Plant ITSM Settings"
		records.insert("User", {"email": USER, "first_name": "Gateway", "enabled": True})
		records.insert("Plant Gateway", {"gateway_name": "DMZ 1", "user": USER})
		records.update("OT Connection", BROKER, {"gateway": "DMZ 1"})
		records.update(settings, settings, {"incidents_per_rule_and_hour": 0})
		plant.clock.moment = BEGAN + timedelta(seconds=WEEK_SECONDS)
		plant.ports = replace(plant.ports, redis_url=redis_url)
		return plant

	def _hand_on(self, plant: Plant, site: HttpSite, client: redis.Redis) -> None:
		sender, drain, began = self._sender(site), plant.drain(), time.monotonic()
		lost = sent = 0
		while self.spool.waiting(BROKER):
			try:
				sender.step()
			except SiteAwayError:
				lost += 1
			sent += 1
			if sent % 100 == 0:  # what Redis holds is lost, and the gateway is started anew
				client.delete(stream_key("test", BROKER))
				self.restart()
				sender = self._sender(site)
				with suppress(SiteAwayError):
					sender.step()
			judge(plant.ports, drain, client)
		seconds = time.monotonic() - began
		counts, stops = plant.counts(), plant.records.count("Line Stop")
		wanted = WEEK_SECONDS // STOP_EACH_SECONDS
		self.tell(
			"handed on and judged", f"{self.total / seconds:,.0f} per second, {site.requests:,} requests"
		)
		self.tell("requests that failed or whose answer was lost", f"{lost:,}")
		self.tell("times that Redis lost its stream and the gateway was restarted", f"{sent // 100:,}")
		self.tell("signals judged at the site", f"{counts['received']:,}")
		self.tell("lost or doubled", f"{self.total - counts['received']:,}")
		self.tell("line stops, of so many that there were", f"{stops} of {wanted}")
		self.tell("events", f"{counts['events']:,}")
		memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
		self.tell("memory of gateway and site in one process, at most", f"{memory:.0f} MB")
		assert counts["received"] == self.total, counts
		assert stops == wanted, stops

	def _sender(self, site: HttpSite) -> Forwarder:
		return Forwarder(self.spool, SiteClient(site.url, KEY), BROKER, SystemClock())

	def tell(self, what: str, figure: str) -> None:
		self.lines.append(f"| {what} | {figure} |")
		print(f"{what}: {figure}", flush=True)


def main() -> None:
	rate = float(os.environ.get("WEEK_RATE", "100"))
	with tempfile.TemporaryDirectory(prefix="gateway-week-") as folder:
		week = Week(Path(folder), rate)
		week.fill()
		if os.environ.get("WEEK_FORWARD", "1") != "0":
			week.forward()
		week.spool.close()
	OUT.parent.mkdir(parents=True, exist_ok=True)
	OUT.write_text("\n".join(["| what | figure |", "|---|---|", *week.lines, ""]), encoding="utf-8")
	print(OUT)


if __name__ == "__main__":
	main()
