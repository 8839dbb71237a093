"""A short look at an MQTT broker beside the listener: a client id of its own, so that it takes no session over."""

from __future__ import annotations

import secrets
import select
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paho.mqtt.client import (
	Client,
	ConnectFlags,
	DisconnectFlags,
	MQTTErrorCode,
	MQTTMessage,
	MQTTv5,
	MQTTv311,
)
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from plant_itsm.domain.signals import RawSignal
from plant_itsm.ot_listeners.listening import SHOWN_PAYLOAD_BYTES
from plant_itsm.ot_listeners.reach import ReachRefusedError, check_reach
from plant_itsm.ot_listeners.settings import MqttSettings, MqttVersion

ANSWER_SECONDS = 5.0
_STEP_SECONDS = 0.2
_FILTERS_PER_PACKET = 100


class ProbeLostError(Exception):
	"""The broker hung up or does not answer."""


class ProbeRefusedError(Exception):
	"""The broker refuses the connection. code: its CONNACK reason, as MQTT 5 numbers them."""

	def __init__(self, reason: ReasonCode):
		super().__init__(f"{reason} ({reason.value})")
		self.code: int = reason.value


@dataclass(frozen=True)
class Connack:
	"""properties: what the broker tells of itself, by the names of MQTT 5; empty under 3.1.1."""

	session_present: bool
	properties: dict[str, Any]


def probe_id(settings: MqttSettings) -> str:
	"""Begins as the listener's client id, for brokers that allow a client ids by its prefix."""
	return f"{settings.client_id}-probe-{secrets.token_hex(4)}"


class MqttProbe:
	"""One connection, driven by its calls. It subscribes and never publishes.

	keep_session: ask for a session as the listener's; without it the session ends with the connection.
	"""

	def __init__(
		self,
		settings: MqttSettings,
		client_id: str,
		*,
		keep_session: bool = False,
		on_message: Callable[[MQTTMessage], None] | None = None,
	):
		self._settings = settings
		self._keep_session = keep_session
		self._is_v5 = settings.version == MqttVersion.V5
		self._on_message = on_message
		self._client = self._new_client(client_id)
		self._connack: Connack | None = None
		self._granted: dict[int, list[ReasonCode]] = {}
		self._refusal: ReasonCode | None = None
		self._farewell = ""

	def _new_client(self, client_id: str) -> Client:
		settings = self._settings
		client = Client(
			CallbackAPIVersion.VERSION2,
			client_id=client_id,
			clean_session=None if self._is_v5 else not self._keep_session,
			protocol=MQTTv5 if self._is_v5 else MQTTv311,
			reconnect_on_failure=False,
		)
		client.connect_timeout = ANSWER_SECONDS
		if settings.username:
			client.username_pw_set(settings.username, settings.password)
		context = settings.tls_context()
		if context is not None:
			client.tls_set_context(context)
		client.on_connect = self._connected
		client.on_disconnect = self._disconnected
		client.on_subscribe = self._subscribed
		client.on_message = self._received
		return client

	def open(self, *, fresh: bool = True) -> Connack:
		"""Connect, with a new session or with the one that is there. Raises OSError, ProbeLostError or
		ProbeRefusedError."""
		settings = self._settings
		try:
			check_reach(settings.networks, settings.host, settings.port)
		except ReachRefusedError as refusal:
			raise ProbeLostError(str(refusal)) from None
		if self._is_v5:
			properties = Properties(PacketTypes.CONNECT)
			properties.SessionExpiryInterval = settings.session_expiry_seconds if self._keep_session else 0
			keepalive = settings.keepalive_seconds
			self._client.connect(
				settings.host, settings.port, keepalive, clean_start=fresh, properties=properties
			)
		else:
			self._client.connect(settings.host, settings.port, settings.keepalive_seconds)
		self._wait(lambda: self._connack is not None, "CONNECT")
		assert self._connack is not None
		return self._connack

	def subscribe(self, filters: Iterable[str]) -> dict[str, ReasonCode]:
		"""Ask for topics at QoS 1. What the broker grants for each filter: QoS 0 to 2, or a failure."""
		remaining, answers = sorted(filters), {}
		while remaining:
			chunk, remaining = remaining[:_FILTERS_PER_PACKET], remaining[_FILTERS_PER_PACKET:]
			code, mid = self._client.subscribe([(name, 1) for name in chunk])
			self._check(code)
			number = mid or 0
			self._wait(lambda number=number: number in self._granted, "SUBSCRIBE")
			answers.update(zip(chunk, self._granted.pop(number), strict=False))
		return answers

	def step(self, seconds: float = _STEP_SECONDS) -> None:
		"""Take what comes within so many seconds. Raises ProbeLostError or ProbeRefusedError."""
		self._check(self._client.loop(seconds))

	def watch(self, seconds: float, is_done: Callable[[], bool] = lambda: False) -> None:
		"""Take what comes until is_done, and no longer than so many seconds."""
		ends_at = time.monotonic() + seconds
		while not is_done() and (left := ends_at - time.monotonic()) > 0:
			self.step(min(left, _STEP_SECONDS))

	def close(self) -> None:
		"""Say goodbye. Never raises."""
		try:
			self._client.disconnect()
			while (sock := self._client.socket()) is not None and self._client.want_write():
				select.select([], [sock], [], 1.0)
				self._client.loop_write()
		except (OSError, ValueError):
			pass  # it was gone already
		finally:
			sock = self._client.socket()
			if sock is not None:
				sock.close()

	def _wait(self, is_done: Callable[[], bool], what: str) -> None:
		self.watch(ANSWER_SECONDS, is_done)
		if not is_done():
			raise ProbeLostError(f"no answer to {what} within {ANSWER_SECONDS:g} s")

	def _check(self, code: MQTTErrorCode) -> None:
		if self._refusal is not None:
			raise ProbeRefusedError(self._refusal)
		if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
			raise ProbeLostError(self._farewell or f"the connection is gone ({code.name})")

	def _connected(
		self,
		client: Client,
		userdata: object,
		flags: ConnectFlags,
		reason: ReasonCode,
		properties: Properties | None,
	) -> None:
		if reason.is_failure:
			self._refusal = reason
		else:
			told = properties.json() if properties is not None else {}
			self._connack = Connack(flags.session_present, told)

	def _disconnected(
		self, client: Client, userdata: object, flags: DisconnectFlags, reason: ReasonCode, properties: object
	) -> None:
		by_broker = flags.is_disconnect_packet_from_server
		self._farewell = f"{'the broker hung up' if by_broker else 'connection lost'}: {reason}"

	def _subscribed(
		self, client: Client, userdata: object, mid: int, reasons: list[ReasonCode], properties: object
	) -> None:
		self._granted[mid] = reasons

	def _received(self, client: Client, userdata: object, message: MQTTMessage) -> None:
		if self._on_message is not None:
			self._on_message(message)


def signal_of(message: MQTTMessage, settings: MqttSettings, received_time: datetime) -> RawSignal:
	"""A message as the listener would stream it; one that it would refuse has a problem."""
	try:
		topic, problem = message.topic, None
	except UnicodeDecodeError as error:
		topic = error.object.decode("utf-8", "backslashreplace")
		problem = "topic is not UTF-8: let the source send a valid topic"
	size, limit = len(message.payload), settings.max_payload_bytes
	if size > limit:
		problem = (
			f"payload of {size} bytes is longer than the {limit} bytes that OT Connection"
			f" {settings.connection} takes: send less, or raise max_payload_bytes"
		)
	payload = bytes(message.payload[:SHOWN_PAYLOAD_BYTES] if size > limit else message.payload)
	return RawSignal(topic, payload, received_time, problem=problem, payload_bytes=size)
