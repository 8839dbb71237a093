"""What a mosquitto.conf says about messages that wait for us. The broker does not tell it over the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.ot_listeners.doctor.findings import Finding, error, ok, warning
from plant_itsm.ot_listeners.settings import MqttSettings

ENOUGH_QUEUED = 100_000
"""Ten seconds of a busy plant; a listener is away for longer when its machine restarts."""
_MOST_CHANGES = 1000
_LONGEST_SAVE_SECONDS = 60
_INCLUDES = 10


class BrokerConfError(PlantItsmError):
	"""A mosquitto.conf cannot be read."""


def examine_mosquitto_conf(
	path: Path, settings: MqttSettings, *, sparkplug: bool = False
) -> Iterator[Finding]:
	"""Queue limits and persistence. sparkplug: whether edge nodes publish at this broker. Raises BrokerConfError."""
	conf = read_conf(path)
	yield _queue(conf, path)
	yield from _queue_bytes(conf, path)
	if sparkplug:
		yield _qos_0(conf, path)
	yield from _persistence(conf, path)
	yield from _client_expiration(conf, path)
	yield from _packet_size(conf, path, settings)


def read_conf(path: Path, depth: int = 0) -> dict[str, str]:
	"""The last value of each option, files of include_dir included."""
	try:
		lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
	except OSError as trouble:
		raise BrokerConfError(f"{path}: {trouble.strerror}. Name the mosquitto.conf of the broker.") from None
	conf: dict[str, str] = {}
	for line in lines:
		name, _, value = line.strip().partition(" ")
		if not name or name.startswith("#"):
			continue
		if name == "include_dir" and depth < _INCLUDES:
			for part in sorted(Path(value.strip()).glob("*.conf")):
				conf.update(read_conf(part, depth + 1))
		else:
			conf[name] = value.strip()
	return conf


def _number(conf: dict[str, str], name: str, default: int) -> int:
	try:
		return int(conf.get(name, default))
	except ValueError:
		raise BrokerConfError(f"{name} {conf[name]} is no whole number. Correct mosquitto.conf.") from None


def _is_on(conf: dict[str, str], name: str) -> bool:
	return conf.get(name, "false").lower() in ("true", "1")


def _said(conf: dict[str, str], name: str, default: object) -> str:
	return f"{name} {conf[name]}" if name in conf else f"{name} is not set, so it is {default}"


def _queue(conf: dict[str, str], path: Path) -> Finding:
	limit = _number(conf, "max_queued_messages", 1000)
	what = _said(conf, "max_queued_messages", 1000)
	if limit == 0 or limit >= ENOUGH_QUEUED:
		return ok("broker queue", what)
	find = error if limit <= 1000 else warning
	return find(
		"broker queue",
		what,
		f"while the listener is away the broker keeps {limit:,} messages and throws the others away although it has"
		" acknowledged them: of 10,000 sent, 9,000 were lost with the default",
		f"max_queued_messages {ENOUGH_QUEUED}    (in {path})",
	)


def _queue_bytes(conf: dict[str, str], path: Path) -> Iterator[Finding]:
	limit = _number(conf, "max_queued_bytes", 0)
	if limit:
		yield warning(
			"broker queue",
			f"max_queued_bytes {limit}",
			"the broker throws messages away beyond so many bytes, whatever max_queued_messages allows",
			f"max_queued_bytes 0    (in {path})",
		)


def unqueued_qos_0(what: str, place: str) -> Finding:
	"""Of a broker that keeps nothing of QoS 0 for a session that is away. place: where its settings lie."""
	return warning(
		"broker QoS 0",
		f"{what}: Sparkplug edge nodes publish their data at QoS 0",
		"while the listener is away the broker keeps none of it: a stop that begins and ends meanwhile is never seen,"
		" and the gap in the sequence makes the node's values stale until its next birth",
		f"queue_qos0_messages true    (in {place})",
	)


def _qos_0(conf: dict[str, str], path: Path) -> Finding:
	what = _said(conf, "queue_qos0_messages", "false")
	return (
		ok("broker QoS 0", what) if _is_on(conf, "queue_qos0_messages") else unqueued_qos_0(what, str(path))
	)


def _persistence(conf: dict[str, str], path: Path) -> Iterator[Finding]:
	if not _is_on(conf, "persistence"):
		yield error(
			"broker persistence",
			_said(conf, "persistence", "false"),
			"a restart of the broker loses every session and every message that waits",
			f"persistence true    (in {path})",
		)
		return
	yield ok("broker persistence", "persistence true")
	interval = _number(conf, "autosave_interval", 1800)
	what = _said(conf, "autosave_interval", "1800 s")
	by_changes = _is_on(conf, "autosave_on_changes")
	remedy = f"autosave_on_changes true    (in {path})\nautosave_interval 100    (in {path})"
	if by_changes and 0 < interval <= _MOST_CHANGES:
		yield ok("broker autosave", f"saved after {interval} changes: a crash loses no more than those")
	elif by_changes or 0 < interval <= _LONGEST_SAVE_SECONDS:
		unit = "changes" if by_changes else "s"
		yield warning(
			"broker autosave", f"{what} ({unit})", f"a crash loses what came within {interval} {unit}", remedy
		)
	else:
		yield error(
			"broker autosave",
			what,
			"a crash or kill -9 of the broker loses all that waits since the last save: 10,000 of 10,000 messages"
			" with the default, 3 when saved after each 100 changes",
			remedy,
		)


def _client_expiration(conf: dict[str, str], path: Path) -> Iterator[Finding]:
	given = conf.get("persistent_client_expiration")
	if given:
		yield warning(
			"broker sessions",
			f"persistent_client_expiration {given}",
			"a listener that is away for longer has lost its session and all that waited in it",
			f"remove persistent_client_expiration    (in {path})",
		)


def _packet_size(conf: dict[str, str], path: Path, settings: MqttSettings) -> Iterator[Finding]:
	for name in ("max_packet_size", "message_size_limit"):
		limit = _number(conf, name, 0)
		if 0 < limit < settings.max_payload_bytes:
			yield warning(
				"broker message size",
				f"{name} {limit}, but max_payload_bytes is {settings.max_payload_bytes}",
				"the broker refuses messages that we would take",
				f"{name} 0    (in {path})",
			)
