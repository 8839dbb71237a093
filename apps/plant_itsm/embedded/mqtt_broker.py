"""The MQTT broker of the demo plant: mosquitto where it is installed, else amqtt in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plant_itsm.embedded.child_process import LOOPBACK, ChildProcess, ServerStartError, accepts, free_port

CHOICE = "PLANT_ITSM_BROKER"
"""Environment: `mosquitto` or `amqtt` takes just that one. Empty: what is there."""

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Where packages put mosquitto outside the PATH of an ordinary user."""
_START_SECONDS = 15.0

_MOSQUITTO_CONF = """\
listener {port} {host}
allow_anonymous true
user root
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 100
max_queued_messages 100000
log_dest stdout
"""
"""With the stock settings mosquitto drops signals while a listener is away, and all of them when it is killed."""


@dataclass(frozen=True)
class MqttBroker:
	"""mqtt_version: the newest that it speaks, as an OT Connection names it ("5" or "3.1.1")."""

	port: int
	label: str
	mqtt_version: str
	process: ChildProcess


@contextmanager
def mqtt_broker(folder: Path, logs: Path) -> Iterator[MqttBroker]:
	"""A broker on a free loopback port for a block. Raises ServerStartError when none can be had."""
	choice = os.environ.get(CHOICE, "")
	if choice not in ("", "mosquitto", "amqtt"):
		raise ServerStartError(f"{CHOICE}={choice!r} is unknown. Use mosquitto or amqtt, or leave it empty.")
	port = free_port()
	mosquitto = _find_mosquitto() if choice != "amqtt" else None
	if mosquitto:
		label, version, command = "mosquitto", "5", _mosquitto_command(mosquitto, port, folder)
	elif choice == "mosquitto":
		raise ServerStartError(f"{CHOICE}=mosquitto, but it is not installed. Install it, or unset {CHOICE}.")
	else:
		label, version, command = "amqtt", "3.1.1", _amqtt_command(port)
	with ChildProcess(f"MQTT broker {label}", command, logs / "mqtt-broker.log") as process:
		process.wait_until(lambda: accepts(port), _START_SECONDS)
		yield MqttBroker(port, label, version, process)


def _find_mosquitto() -> str | None:
	return shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), *_PLACES]))


def _mosquitto_command(binary: str, port: int, folder: Path) -> list[str]:
	"""`user` counts only where root runs us: mosquitto would become a user who cannot write to our folder."""
	folder.mkdir(parents=True, exist_ok=True)
	settings = folder / "mosquitto.conf"
	text = _MOSQUITTO_CONF.format(port=port, host=LOOPBACK, folder=folder)
	settings.write_text(text, encoding="utf-8")
	return [binary, "-c", str(settings)]


def _amqtt_command(port: int) -> list[str]:
	if importlib.util.find_spec("amqtt") is None:
		raise ServerStartError(
			"There is no MQTT broker: install mosquitto, or pip install 'plant_itsm[embedded]'."
		)
	return [sys.executable, "-m", "plant_itsm.embedded.amqtt_broker", str(port)]
