"""The facts of the week as records of either edition, named after a prefix so that they can stand beside others."""

from __future__ import annotations

from plant_itsm.services.calendars import WEEKDAYS
from plant_itsm.tests.contract_plant import SmallPlant
from tests.week.facts import (
	BEHIND_SWITCH,
	BUFFER,
	LINE_STOP,
	LINES,
	MICRO_STOP,
	NO_SIGNAL,
	ROBOTS,
	SWITCH,
	WATCHED,
	WORDS,
	Cells,
	Line,
	Price,
	Rates,
	Shift,
	line_of,
)

COUNTERS = {"produced": "Produced", "scrap": "Scrap of Produced"}


class WeekPlant:
	"""Writes the plant. topic, node: where the signals of a CI or a line come from."""

	def __init__(self, plant: SmallPlant, cells: Cells):
		self._plant, self._cells = plant, cells
		self._records = plant.records
		self.controller = plant.named("Controller")

	@property
	def broker(self) -> str:
		return self._plant.connection

	def topic(self, *levels: str) -> str:
		return "/".join([self._plant.prefix, *levels])

	def node(self, ci: str) -> str:
		return f"ns=2;s={self._plant.prefix}.{ci}"

	def write(self) -> None:
		with self._records.transaction():
			self._write_connections()
			for line in LINES:
				self._write_line(line)
			self._plant.feed(*(self._plant.named(line.name) for line in LINES), BUFFER.total_seconds() / 60)
			for robots in ROBOTS.values():
				for robot in robots:
					self._write_machine(robot, WORDS)
			self._write_switch(SWITCH, BEHIND_SWITCH)
			for switch in self._cells.switches():
				for machine in self._cells.behind(switch):
					self._write_machine(machine, {LINE_STOP: WORDS[LINE_STOP]})
				self._write_switch(switch, self._cells.behind(switch))
			self._write_watch()

	def _write_connections(self) -> None:
		"""Disabled: no listener of a site is to connect to them."""
		common = {"enabled": False, "plant_site": self._plant.site}
		self._records.update("OT Connection", self.broker, {**common, "timestamp_path": "ts"})
		controller = {
			"connection_name": self.controller,
			"protocol": "OPC UA",
			"endpoint_url": "opc.tcp://plant.example:4840",
			"security_policy": "None",
			"security_mode": "None",
		}
		self._records.insert("OT Connection", {**controller, **common})

	# ------------------------------------------------------------- lines

	def _write_line(self, line: Line) -> None:
		name = self._plant.line(
			line.name,
			planned_run_seconds_per_unit=float(line.run_seconds),
			own_micro_stop_limit=True,
			micro_stop_below_seconds=MICRO_STOP.total_seconds(),
			shifts=[_shift_row(shift) for shift in line.shifts],
			breaks=[{"start_time": start, "end_time": end} for start, end in line.breaks],
		)
		for day, shift in line.exceptions.items():
			times = (
				{"start_time": shift.start, "end_time": shift.end, "description": shift.name} if shift else {}
			)
			where = {"plant_site": self._plant.site, "production_line": name, "day": day}
			self._records.insert("Calendar Exception", {**where, "closed": shift is None, **times})
		for price in line.prices:
			self._plant.cost_model(name, **_price_values(price))
		self._write_counters(line)

	def _write_counters(self, line: Line) -> None:
		ci = self._plant.ci(
			f"{line.name} counter",
			production_line=self._plant.named(line.name),
			line_effect="No Direct Effect",
		)
		for counter, counted in COUNTERS.items():
			self._rule(
				f"{line.name} {counter}",
				ci,
				address=self.topic(line.name, counter),
				value_path="n",
				event_kind="Production Count",
				condition="counts",
				condition_value="",
				count_of=counted,
			)

	# ------------------------------------------------------------- CIs

	def _write_machine(self, ci: str, words: dict[str, str]) -> None:
		line = line_of(ci)
		assert line is not None
		name = self._plant.ci(ci, production_line=self._plant.named(line), line_effect="Stops Line")
		for kind, word in words.items():
			self._rule(
				f"{ci} {word}",
				name,
				address=self.topic(ci, "state"),
				value_path="state",
				event_kind=kind,
				condition_value=word,
			)

	def _write_switch(self, ci: str, behind: list[str] | tuple[str, ...]) -> None:
		name = self._plant.ci(ci)
		devices = [{"ci": self._plant.named(one), "role": "Device"} for one in behind]
		self._plant.segment(f"VLAN of {ci}", [{"ci": name, "role": "Switch"}, *devices])
		self._rule(
			f"{ci} lost", name, address=self.node(ci), condition_value="false", connection=self.controller
		)

	def _write_watch(self) -> None:
		self._rule(
			f"{WATCHED} heartbeat",
			self._plant.named(WATCHED),
			address=self.topic(WATCHED, "heartbeat"),
			value_path="state",
			event_kind="Information",
			condition="changed",
			condition_value="",
			no_signal_seconds=NO_SIGNAL.total_seconds(),
		)

	def _rule(self, text: str, ci: str, **values: object) -> None:
		self._plant.rule(text, ci, **{"connection": self.broker, **values})


def _shift_row(shift: Shift) -> dict[str, object]:
	days = {weekday: number in shift.weekdays for number, weekday in enumerate(WEEKDAYS)}
	return {"shift_name": shift.name, "start_time": shift.start, "end_time": shift.end, **days}


def _rate_values(rates: Rates) -> dict[str, object]:
	return {
		"cost_per_hour": rates.plain,
		"contribution_per_unit": rates.contribution,
		"units_per_hour": float(rates.units),
		"labour_per_hour": rates.labour,
		"other_per_hour": rates.other,
	}


def _price_values(price: Price) -> dict[str, object]:
	held_back = price.held_back.total_seconds() / 60
	values: dict[str, object] = {
		"valid_from": price.valid_from,
		"valid_to": price.valid_to,
		"restart_cost": price.restart,
		"scrap_cost": price.scrap,
		"is_bottleneck": not held_back,
		"buffer_minutes": held_back,
		**_rate_values(price.rates),
	}
	if price.night:
		values["rates"] = [{"shift": "Night", **_rate_values(price.night)}]
	if price.penalty:
		minutes, amount = price.penalty
		values["penalties"] = [{"after_minutes": minutes, "amount": amount}]
	return values
