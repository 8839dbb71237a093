"""A whole site of the embedded edition under attack: real broker, Redis, server and RQ workers, kept alive by a keeper
as a plant's supervisor would."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import redis
from rq import Queue, Worker
from rq.exceptions import NoSuchJobError

from plant_itsm.embedded.job_queue import queue_name
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.embedded.ticker import Ticker
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.leases import lease_holder
from plant_itsm.ot_listeners.site_redis import DRAIN
from plant_itsm.ports import Ports, Record
from plant_itsm.services.plants import load_plant
from tests.faults.plants import BROKER, CONTROLLER, write_plant
from tests.faults.servers import AppendingRedis, KeepingBroker
from tests.faults.waiting import wait_until
from tests.faults.worker import FaultPlan, fault_ports

REPOSITORY = Path(__file__).resolve().parents[2]
PRODUCT_WORKER, DYING_WORKER = "plant_itsm.embedded.worker", "tests.faults.worker"
RESTART_SECONDS = 0.5
SETTINGS: Record = {
	"lease_seconds": 2,
	"chatter_raises": 0,
	"incidents_per_rule_and_hour": 0,
	"reopen_within_seconds": 3600,
	"suspected_root_from": 0,
}
"""Every raise and every clear is an event at once, and a machine has one stop of its own, however often it stands and
whoever else does."""


def prepare_site(folder: Path, machines: int) -> Path:
	"""A site with its plant, to be copied: loading a large plant takes seconds."""
	site = EmbeddedSite.create(folder / "site")
	load_plant(site.records, write_plant(folder / "plant", machines))
	site.records.update("Plant ITSM Settings", "Plant ITSM Settings", SETTINGS)
	for policy in site.records.find("Escalation Policy"):  # a clock that is stepped would make them due
		site.records.update("Escalation Policy", policy["name"], {"enabled": False})
	site.records.close()
	return folder / "site"


class Keeper:
	"""Runs workers, and starts again whichever ends. They live in one thread, with which they would die."""

	def __init__(self, commands: Mapping[str, list[str]], logs: Path, environment: Mapping[str, str]):
		self._commands, self._logs = commands, logs
		self._environment = {**os.environ, **environment, "PYTHONPATH": str(REPOSITORY)}
		self._processes: dict[str, subprocess.Popen[bytes]] = {}
		self._ends = threading.Event()
		self._thread = threading.Thread(target=self._keep, name="keeper of the workers", daemon=True)

	def start(self) -> None:
		self._logs.mkdir(parents=True, exist_ok=True)
		for name in self._commands:
			self._start(name)
		self._thread.start()

	def _start(self, name: str) -> None:
		with (self._logs / f"worker-{name}.log").open("ab") as log:
			self._processes[name] = subprocess.Popen(
				self._commands[name], stdout=log, stderr=log, env=self._environment, cwd=REPOSITORY
			)

	def _keep(self) -> None:
		while not self._ends.wait(RESTART_SECONDS):
			for name, process in list(self._processes.items()):
				if process.poll() is not None:
					self._start(name)

	def stop(self) -> None:
		self._ends.set()
		self._thread.join()
		for process in self._processes.values():
			process.kill()
			process.wait()


class FaultSite:
	"""Start it with `with`; everything ends with the block."""

	def __init__(
		self,
		prepared: Path,
		folder: Path,
		*,
		worker: str = PRODUCT_WORKER,
		plan: FaultPlan | None = None,
		settings: Record | None = None,
		environment: Mapping[str, str] | None = None,
	):
		self.folder = folder / "site"
		shutil.copytree(prepared, self.folder)
		if plan is not None:
			plan.write(self.folder)
		self._worker = worker
		self.site = EmbeddedSite.open(self.folder)
		self.records = self.site.records
		if settings:
			self.records.update("Plant ITSM Settings", "Plant ITSM Settings", settings)
		self.redis = AppendingRedis(folder / "redis")
		self.broker = KeepingBroker(folder / "broker")
		self._environment = environment or {}
		self._killed: dict[str, int] = {}
		self._endings: list[Callable[[], object]] = []

	def __enter__(self) -> FaultSite:
		self.redis.start()
		self._endings.append(self.redis.kill)
		self.broker.start()
		self._endings.append(self.broker.kill)
		self.site.note_redis(self.redis.url)
		self.ports = self._ports()
		self.client = redis.Redis.from_url(self.redis.url)
		return self

	def __exit__(self, *_error: object) -> None:
		for end in reversed(self._endings):
			end()
		self.records.close()

	def _ports(self) -> Ports:
		if self._worker == PRODUCT_WORKER:
			return self.site.ports(self.redis.url)
		return fault_ports(self.folder, self.redis.url, self.records)

	def run(self, *, mqtt_port: int | None = None, endpoint_url: str | None = None) -> None:
		"""Enable the connections that have an address, start workers and tick, wait until the listeners are there."""
		wanted = {}
		if mqtt_port is not None:
			wanted[BROKER] = {"port": mqtt_port, "enabled": True}
		if endpoint_url is not None:
			wanted[CONTROLLER] = {"endpoint_url": endpoint_url, "enabled": True}
		for name, values in wanted.items():
			self.records.update("OT Connection", name, values)
		self._start_workers(len(wanted))
		ticker = Ticker(self.ports)
		ticker.__enter__()
		self._endings.append(lambda: ticker.__exit__(None, None, None))
		self._connections = list(wanted)
		for name in wanted:
			self.wait_for_listener(name)
		wait_until("a drain", lambda: self.pid_of(DRAIN), 60)

	def _start_workers(self, listeners: int) -> None:
		"""As the embedded edition does: one worker for each listener, one for the drain, one for deliveries."""
		places = [("ot", number + 1) for number in range(listeners + 1)] + [("short", 1)]
		commands = {
			f"{queue}-{number}": [
				*(sys.executable, "-m", self._worker, "--site", str(self.folder)),
				*("--queue", queue, "--number", str(number)),
			]
			for queue, number in places
		}
		keeper = Keeper(commands, self.folder / "logs", self._environment)
		keeper.start()
		self._endings.append(keeper.stop)

	def wait_for_listener(self, connection: str, seconds: float = 120.0) -> None:
		wait_until(f"the listener of {connection}", lambda: self.state_of(connection) == "connected", seconds)

	def state_of(self, connection: str) -> str:
		try:
			return ListenerHealth(self.client, self.ports.namespace, connection).read().get("state", "")
		except redis.ConnectionError:
			return ""

	def pid_of(self, job: str, **arguments: str) -> int | None:
		"""The process that runs a job ("listen", "drain", "deliver") now."""
		try:
			return next(
				(
					pid
					for queue in ("ot", "short")
					for worker, pid in self._workers(queue)
					if self._runs(worker, job, arguments)
				),
				None,
			)
		except redis.ConnectionError:
			return None

	def delivery_pid(self) -> int | None:
		"""The process that delivers, whether it has something to do or not."""
		try:
			return next((pid for _, pid in self._workers("short")), None)
		except redis.ConnectionError:
			return None

	def _workers(self, queue: str) -> Iterator[tuple[Worker, int]]:
		"""Those that live, of the ones that Redis knows."""
		name = queue_name(self.ports.namespace, queue)
		for worker in Worker.all(queue=Queue(name, connection=self.client)):
			pid = int(worker.name.rpartition("-")[2])
			if _lives(pid):
				yield worker, pid

	def _runs(self, worker: Worker, job: str, arguments: dict[str, str]) -> bool:
		try:
			current = worker.get_current_job()
		except NoSuchJobError:
			return False
		return current is not None and current.args[2] == job and arguments.items() <= current.args[3].items()

	def kill_holder(self, job: str, function: str, **arguments: str) -> None:
		"""kill -9 to the worker that holds the lease of a job, once it is another than the one that was killed last."""

		def newer_token() -> int | None:
			token = lease_holder(self.client, self.ports.namespace, job)
			return token if token != self._killed.get(job) else None

		self._killed[job] = wait_until(f"a new holder of {job}", newer_token, 40)
		pid = wait_until(f"a worker that runs {job}", lambda: self.pid_of(function, **arguments), 40)
		os.kill(pid, signal.SIGKILL)

	def waiting(self) -> int | None:
		"""Signals in the streams; None while Redis is away."""
		try:
			streams = SignalStreams(self.client, self.ports.namespace)
			return sum(streams.length(name) for name in self._connections)
		except redis.RedisError:
			return None

	def counts(self, connection: str) -> Record:
		return self.records.get("OT Connection State", connection) or dict.fromkeys(
			("received", "events", "suppressed", "dead_lettered"), 0
		)

	def wait_for_received(self, connection: str, count: int, seconds: float = 60.0) -> None:
		wait_until(
			f"{count} signals of {connection}",
			lambda: self.counts(connection)["received"] >= count,
			seconds,
		)


def _lives(pid: int) -> bool:
	try:
		return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
	except OSError:
		return False


def pause(seconds: float) -> None:
	"""How long a fault lasts: here time itself is what is tested."""
	time.sleep(seconds)
