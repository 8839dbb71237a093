"""What the flood benchmarks of both editions measure, and how they say it. Imports nothing of either edition."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

ALARMS = 10_000
NAIVE_TICKETS = 200
GIVE_UP_SECONDS = 600.0
AIM_FIRST_SECONDS, AIM_DONE_SECONDS = 1.0, 10.0


@dataclass(frozen=True)
class Flood:
	"""first_ticket, done: seconds from the first publish until the first P1 ticket is committed, and until every alarm
	is accounted for and everything that had to follow has been done. processor: seconds that our processes took of it,
	those of the database left out; 0 where the system does not tell. naive: seconds for one ticket per alarm, measured
	on naive_tickets of them and multiplied."""

	alarms: int
	cis: int
	roots: int
	stops: int
	tickets: int
	open_tickets: int
	first_ticket: float
	done: float
	processor: float
	naive_tickets: int
	naive: float

	def as_text(self, edition: str) -> str:
		rows = [
			(f"{edition}: {self.alarms} alarms of {self.cis} CIs, {self.roots} roots", "", "aim"),
			("first P1 ticket, s", f"{self.first_ticket:.2f}", f"< {AIM_FIRST_SECONDS:g}"),
			("all done, s", f"{self.done:.1f}", f"< {AIM_DONE_SECONDS:g}"),
			("processor time of our processes, s", f"{self.processor:.1f}", ""),
			("line stops", str(self.stops), ""),
			("tickets open / all", f"{self.open_tickets} / {self.tickets}", f"{self.roots} open"),
			(f"one ticket per alarm, s (from {self.naive_tickets})", f"{self.naive:.0f}", ""),
			("that is so many times as long", f"{self.naive / self.done:.0f}", ""),
		]
		return "\n".join(f"{label:<56}{value:>12}{aim:>12}" for label, value, aim in rows)


@dataclass(frozen=True)
class Times:
	first_ticket: float
	done: float
	processor: float


def send_flood(
	port: int,
	alarms: Sequence[tuple[str, bytes]],
	has_ticket: Callable[[], bool],
	is_done: Callable[[], bool],
	look_seconds: float,
) -> Times:
	"""Publish everything at once and watch what comes of it. Raises TimeoutError."""
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="flood", protocol=mqtt.MQTTv311)
	client.max_inflight_messages_set(1000)
	client.connect("127.0.0.1", port)
	client.loop_start()
	try:
		began, before = time.monotonic(), _processor_seconds()
		for topic, payload in alarms:
			client.publish(topic, payload, qos=1)
		first = _until("a first ticket", has_ticket, began, look_seconds)
		done = _until("the end of the flood", is_done, began, look_seconds)
		return Times(first, done, _processor_seconds() - before)
	finally:
		client.disconnect()
		client.loop_stop()


def _processor_seconds() -> float:
	"""Of the processes that this one has started, with those of theirs that have ended."""
	told = Path("/proc/self/task").glob("*/children")
	children = [pid for path in told for pid in path.read_text().split()]
	stats = [Path("/proc", pid, "stat").read_text().rpartition(")")[2].split() for pid in children]
	return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / os.sysconf("SC_CLK_TCK")


def _until(what: str, there: Callable[[], bool], began: float, look_seconds: float) -> float:
	while not there():
		if time.monotonic() - began > GIVE_UP_SECONDS:
			raise TimeoutError(f"{what}: not within {GIVE_UP_SECONDS:g} s")
		time.sleep(look_seconds)
	return time.monotonic() - began


def write_flood(result: Flood, edition: str, path: Path) -> None:
	print(result.as_text(edition))
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
	print(f"written to {path}")
