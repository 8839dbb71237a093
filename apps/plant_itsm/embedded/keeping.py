"""The demo that stays up: how to send signals by hand, and what becomes of them."""

from __future__ import annotations

import shlex

from plant_itsm.domain.rules import as_text
from plant_itsm.domain.vocabulary import LineStopStatus
from plant_itsm.embedded.child_process import LOOPBACK
from plant_itsm.embedded.demo import Demo
from plant_itsm.embedded.incidents import incident_of, is_delivered
from plant_itsm.embedded.story import end_of
from plant_itsm.ports import Records

State = tuple[str, int]
"""(status, how often the stop was reopened)"""


def keep_up(demo: Demo) -> None:
	"""Show every further incident until Ctrl-C. Raises ServerStartError when one of the processes ends."""
	_show_how(demo)
	told = _states(demo.runtime.ports.records)
	try:
		while True:
			demo.watch.check()
			_tell_news(demo, told)
			demo.watch.wait()
	except KeyboardInterrupt:
		demo.story.tell("ending")


def _show_how(demo: Demo) -> None:
	story, plant = demo.story, demo.plant
	story.heading("Everything stays up; Ctrl-C ends it")
	story.tell(f"MQTT broker    {LOOPBACK}:{plant.broker.port} (no password). For example:")
	for value in (plant.robot.raising, plant.robot.clearing):
		message = shlex.quote(plant.robot.payload(value, None).decode())
		topic = shlex.quote(plant.robot.address)
		story.tell(f"  mosquitto_pub -h {LOOPBACK} -p {plant.broker.port} -q 1 -r -t {topic} -m {message}")
	story.tell(f"OPC UA server  {plant.controller.endpoint_url} (no security). For example write")
	story.tell(
		f"  {plant.switch.address} = {as_text(plant.switch.raising)}, then {as_text(plant.switch.clearing)}"
	)
	story.tell(f"records        {demo.runtime.site.records.path}")
	story.tell(f"status         plant-itsm status --site {demo.runtime.site.folder}")


def _states(records: Records) -> dict[str, State]:
	"""Where each line stop stands whose outbox is empty."""
	return {
		stop["name"]: (stop["status"], stop["reopened"] or 0)
		for stop in records.find("Line Stop", order_by="creation")
		if is_delivered(records, stop["name"])
	}


def _tell_news(demo: Demo, told: dict[str, State]) -> None:
	records, story = demo.runtime.ports.records, demo.story
	for name, state in _states(records).items():
		if told.get(name) == state:
			continue
		incident = incident_of(records, name)
		if name not in told:
			story.incident(incident)
		elif state[1] > told[name][1]:
			story.tell(f"{incident.title} is open again; ticket {incident.ticket} has the comment")
		if state[0] == LineStopStatus.ENDED:
			story.tell(end_of(incident))
		told[name] = state
