"""The demo: real signals of a simulated plant, through real workers, to tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from plant_itsm.domain.rules import as_text
from plant_itsm.domain.vocabulary import LineStopStatus, Protocol
from plant_itsm.embedded.child_process import LOOPBACK
from plant_itsm.embedded.demo_plant import LineController, Machines
from plant_itsm.embedded.demo_site import fresh_site, point_at_demo_plant
from plant_itsm.embedded.incidents import Incident, adds_up, incident_of, is_delivered, signal_counts
from plant_itsm.embedded.mqtt_broker import MqttBroker, mqtt_broker
from plant_itsm.embedded.report import Summary, write_report, write_summary
from plant_itsm.embedded.runtime import Runtime, run_site
from plant_itsm.embedded.scenario import Play, line_stop_play, plays_of
from plant_itsm.embedded.showback_table import showback_table
from plant_itsm.embedded.site import EmbeddedSite
from plant_itsm.embedded.story import Story, end_of
from plant_itsm.embedded.watching import WaitedInVainError, Watch
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.ot_listeners.listening import ListenerState
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.services.cost_rollups import last_year_posted
from plant_itsm.services.plant_costs import has_costs, load_costs
from plant_itsm.services.showback import showback

STEP_SECONDS = 30.0
OVERALL_SECONDS = 120.0
DEFAULT_OUT = Path("out/demo")

T = TypeVar("T")


@dataclass(frozen=True)
class DemoPlant:
	"""The demo's servers with the two signals that it plays."""

	broker: MqttBroker
	machines: Machines
	controller: LineController
	robot: Play
	switch: Play


@contextmanager
def demo_plant(site: EmbeddedSite) -> Iterator[DemoPlant]:
	"""Broker, machines and line controller for a block, with every connection of the site led to them."""
	messages, nodes = plays_of(site.records, Protocol.MQTT), plays_of(site.records, Protocol.OPC_UA)
	robot, switch = line_stop_play(messages, Protocol.MQTT), line_stop_play(nodes, Protocol.OPC_UA)
	first_values = {play.address: play.clearing for play in reversed([*nodes, switch])}
	with ExitStack() as stack:
		broker = stack.enter_context(mqtt_broker(site.folder / "broker", site.folder / "logs"))
		machines = stack.enter_context(Machines(broker.port))
		controller = stack.enter_context(LineController(first_values))
		point_at_demo_plant(site.records, LOOPBACK, broker.port, broker.mqtt_version, controller.endpoint_url)
		yield DemoPlant(broker, machines, controller, robot, switch)


def run_demo(
	plant_folder: Path,
	out: Path,
	story: Story,
	check: Callable[[], None],
	keep: Callable[[Demo], None] | None = None,
) -> Summary:
	"""Play use cases 1 and 2 and write summary.json and report.html into `out`.

	check: called while we wait; raises when we are told to end. keep: what to do while everything still runs. Raises a
	PlantItsmError that names the step which failed.
	"""
	with ExitStack() as stack:
		with story.step(f"plant {plant_folder.name} in a fresh SQLite file"):
			site = stack.enter_context(fresh_site(out, plant_folder))
		with story.step("plant: MQTT broker and OPC UA server; site: Redis and RQ workers"):
			plant = stack.enter_context(demo_plant(site))
			runtime = stack.enter_context(run_site(site, keep_keys=False))
		watch = stack.enter_context(Watch(runtime.ports, [check, runtime.check], OVERALL_SECONDS))
		demo = Demo(plant, runtime, watch, story)
		demo.wait_for_listeners()
		summary = demo.play()
		out.mkdir(parents=True, exist_ok=True)
		written = write_summary(out, summary), write_report(out, summary)
		story.counts(summary.signals)
		if has_costs(plant_folder):
			_tell_costs(site, plant_folder, story)
		story.tell(f"written: {written[0]}, {written[1]}")
		if keep is not None:
			keep(demo)
	return summary


def _tell_costs(site: EmbeddedSite, plant_folder: Path, story: Story) -> None:
	"""Use case 5: what each line has cost in the last year for which something is posted."""
	story.heading("Use case 5: costs per production line")
	with story.step("cost entries posted, pools allocated"):
		load_costs(site.records, plant_folder)
		period = last_year_posted(site.records)
		found = showback(site.records, period)
	story.show(showback_table(found))


class Demo:
	"""One run on servers that are up."""

	def __init__(self, plant: DemoPlant, runtime: Runtime, watch: Watch, story: Story):
		self.plant = plant
		self.runtime = runtime
		self.watch = watch
		self.story = story
		self._records = runtime.ports.records
		self._clock = runtime.ports.clock
		self._redis = connect(runtime.ports)

	def wait_for_listeners(self) -> None:
		"""Until both connections have brought a first signal: then they are connected and subscribed."""
		self._publish(self.plant.robot.clearing)
		with self.story.step("listeners connected and subscribed"):
			for play in (self.plant.robot, self.plant.switch):
				self._until(
					f"a first signal of OT Connection {play.rule.connection}",
					lambda play=play: self._listens(play),
				)

	def play(self) -> Summary:
		incidents = [self._play_robot(), self._play_switch()]
		counts = self._until("all signals accounted for", self._settled_counts)
		return Summary(
			plant=", ".join(row["name"] for row in self._records.find("Plant Site")),
			finished_at=self._clock.now(),
			incidents=incidents,
			signals=counts,
			dead_letters=self._records.find("Signal Dead Letter", order_by="received_time"),
			servers=(
				f"MQTT broker {self.plant.broker.label}",
				"OPC UA server asyncua",
				self.runtime.redis.label,
				"RQ workers",
				"SQLite",
			),
		)

	def _play_robot(self) -> Incident:
		play = self.plant.robot
		self.story.heading(f"Use case 1: {play.rule.ci} over MQTT")
		sent_at = self._clock.now()
		payload = play.payload(play.raising, sent_at)
		self.plant.machines.publish(play.address, payload, retain=True)
		stop = self._opened(play, sent_at)
		self._send_again(play, payload)
		self._send_malformed(play)
		return self._end(play, stop, sent_at, self._publish)

	def _send_again(self, play: Play, payload: bytes) -> None:
		with self.story.step("the same message once more: no second ticket"):
			before, tickets = self._count(play, "suppressed"), self._records.count("HD Ticket")
			self.plant.machines.publish(play.address, payload, retain=True)
			self._until(
				"the repeated message judged", lambda: self._count(play, "suppressed") > before or None
			)
			if self._records.count("HD Ticket") != tickets:
				raise WaitedInVainError(f"a repeated message of {play.rule.ci} has opened a second ticket.")

	def _send_malformed(self, play: Play) -> None:
		with self.story.step("a message that cannot be read: kept as a dead letter with its reason"):
			self.plant.machines.publish(play.address, play.malformed, retain=False)
			self._until("the dead letter", lambda: self._count(play, "dead_lettered") > 0 or None)

	def _play_switch(self) -> Incident:
		play = self.plant.switch
		self.story.heading(f"Use case 2: {play.rule.ci} over OPC UA")
		sent_at = self._clock.now()
		self.plant.controller.write(play.address, play.raising)
		stop = self._opened(play, sent_at)
		return self._end(play, stop, sent_at, lambda value: self.plant.controller.write(play.address, value))

	def _publish(self, value: object) -> None:
		play = self.plant.robot
		self.plant.machines.publish(play.address, play.payload(value, self._clock.now()), retain=True)

	def _opened(self, play: Play, sent_at: datetime) -> str:
		with self.story.step(f"{play.address} = {as_text(play.raising)}"):
			stop = self._until(
				f"the ticket of {play.rule.ci}",
				lambda: self._delivered_stop({"root_ci": play.rule.ci, "status": LineStopStatus.OPEN}),
			)
		self.story.incident(incident_of(self._records, stop, sent_at))
		return stop

	def _end(self, play: Play, stop: str, sent_at: datetime, send: Callable[[object], None]) -> Incident:
		with self.story.step(f"{play.rule.ci} is back ({as_text(play.clearing)})"):
			send(play.clearing)
			self._until(
				f"the end of line stop {stop}",
				lambda: self._delivered_stop({"name": stop, "status": LineStopStatus.ENDED}),
			)
		incident = incident_of(self._records, stop, sent_at)
		self.story.tell(end_of(incident))
		return incident

	def _delivered_stop(self, filters: dict[str, str]) -> str | None:
		found = self._records.find("Line Stop", filters, limit=1)
		return found[0]["name"] if found and is_delivered(self._records, found[0]["name"]) else None

	def _listens(self, play: Play) -> bool | None:
		return (
			True if self._count(play, "received") and self._state(play) == ListenerState.CONNECTED else None
		)

	def _state(self, play: Play) -> str:
		namespace = self.runtime.ports.namespace
		health = ListenerHealth(self._redis, namespace, play.rule.connection).read()
		return health.get("state", "never started")

	def _count(self, play: Play, key: str) -> int:
		row = self._records.get("OT Connection State", play.rule.connection)
		return int(row[key]) if row else 0

	def _settled_counts(self) -> dict[str, int] | None:
		counts = signal_counts(self._records)
		return counts if adds_up(counts) else None

	def _until(self, what: str, condition: Callable[[], T | None]) -> T:
		return self.watch.until(what, condition, STEP_SECONDS, self._where_we_are)

	def _where_we_are(self) -> str:
		states = [
			f"OT Connection {play.rule.connection}: {self._state(play)}"
			for play in (self.plant.robot, self.plant.switch)
		]
		errors = [
			f"{row['outbox_key']}: {row['last_error']}"
			for row in self._records.find("Outbox Entry", {"last_error": ("is", "set")})
		]
		return ". ".join(
			[*states, f"Signals: {signal_counts(self._records)}", *errors, f"Logs: {self.runtime.logs}"]
		)
