"""One connection to an MQTT broker, driven step by step by its owner: no thread of paho's that could end unseen."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Collection, Iterable

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
from paho.mqtt.subscribeoptions import SubscribeOptions

from plant_itsm.ot_listeners.mqtt_client import BufferedClient
from plant_itsm.ot_listeners.reach import ReachRefusedError, check_reach
from plant_itsm.ot_listeners.settings import MqttSettings, MqttVersion
from plant_itsm.ot_listeners.sparkplug import Publication

RECEIVE_MAXIMUM = 1000
"""Messages that an MQTT 5 broker may send ahead of our acknowledgements; a 3.1.1 broker decides that itself."""

WILL_DELAY_SECONDS = 90
"""How long an MQTT 5 broker waits with our will: longer than one listener takes to hand over to the next."""

_DISCONNECT_WITH_WILL = 4  # MQTT 5, table 3-10
_CONNECT_SECONDS = 5.0
_CONNACK_SECONDS = 10.0
_CLOSE_SECONDS = 1.0
_FILTERS_PER_PACKET = 100

_REFUSALS = frozenset((128, 129, 130, 132, 133, 134, 135, 138, 140, 144, 149, 153, 155))
"""CONNACK reason codes (MQTT 5, table 3-1) that do not heal by themselves: login, rights, version, client id. paho
gives the return codes of 3.1.1 as these."""


class LinkLostError(Exception):
	"""The connection is gone or never came up; worth another try soon."""


class LinkRefusedError(Exception):
	"""The broker answered, and does not want us: a person must change something there or here."""


class MqttLink:
	"""A TCP or TLS connection with its MQTT session. After an error of open or step, make a new one.

	on_message(link, message), on_refused(topic filter, reason) and on_unsubscribed(topic filters) are called inside of
	step.
	"""

	def __init__(
		self,
		settings: MqttSettings,
		on_message: Callable[[MqttLink, MQTTMessage], None],
		on_refused: Callable[[str, str], None],
		on_unsubscribed: Callable[[Collection[str]], None],
		will: Publication | None = None,
	):
		self._settings = settings
		self._on_message = on_message
		self._on_refused = on_refused
		self._on_unsubscribed = on_unsubscribed
		self._will = will
		self._client = self._new_client()
		self._asked: dict[int, list[str]] = {}
		self._connack_by = 0.0
		self._refusal: ReasonCode | None = None
		self._farewell = ""
		self._received = 0
		self.connected_at: float | None = None
		self.session_present = False

	def _new_client(self) -> BufferedClient:
		settings = self._settings
		client = BufferedClient(
			CallbackAPIVersion.VERSION2,
			client_id=settings.client_id,
			clean_session=None if settings.version == MqttVersion.V5 else False,
			protocol=MQTTv5 if settings.version == MqttVersion.V5 else MQTTv311,
			reconnect_on_failure=False,
			manual_ack=True,
		)
		client.connect_timeout = _CONNECT_SECONDS
		if self._will is not None:
			will = self._will
			client.will_set(will.topic, will.payload, will.qos, will.retain, self._will_properties())
		if settings.username:
			client.username_pw_set(settings.username, settings.password)
		context = settings.tls_context()
		if context is not None:
			client.tls_set_context(context)
		client.on_connect = self._connected
		client.on_disconnect = self._disconnected
		client.on_subscribe = self._subscribed
		client.on_unsubscribe = self._unsubscribed
		client.on_message = self._received_message
		return client

	def _will_properties(self) -> Properties | None:
		if self._settings.version != MqttVersion.V5:
			return None
		properties = Properties(PacketTypes.WILLMESSAGE)
		properties.WillDelayInterval = WILL_DELAY_SECONDS
		return properties

	def open(self) -> None:
		"""Connect and ask for the persistent session. Raises OSError, and LinkRefusedError for a host that is
		not for us; the broker's answer comes in a later step."""
		settings = self._settings
		try:
			check_reach(settings.networks, settings.host, settings.port)
		except ReachRefusedError as refusal:
			raise LinkRefusedError(str(refusal)) from None
		if settings.version == MqttVersion.V5:
			properties = Properties(PacketTypes.CONNECT)
			properties.SessionExpiryInterval = settings.session_expiry_seconds
			properties.ReceiveMaximum = RECEIVE_MAXIMUM
			self._client.connect(
				settings.host,
				settings.port,
				settings.keepalive_seconds,
				clean_start=False,
				properties=properties,
			)
		else:
			self._client.connect(settings.host, settings.port, settings.keepalive_seconds)
		self._connack_by = time.monotonic() + _CONNACK_SECONDS

	def step(self, wait_seconds: float, room: Callable[[], bool]) -> None:
		"""Wait for the network at most so long, then read while there is room, and write.

		Raises LinkLostError or LinkRefusedError when the connection is over.
		"""
		sock = self._client.socket()
		if sock is None:
			raise self._over(MQTTErrorCode.MQTT_ERR_NO_CONN)
		if self._readable(sock, wait_seconds, room() or self.connected_at is None):
			self._read(room)
		if self._client.want_write():
			self._check(self._client.loop_write())
		self._check(self._client.loop_misc())
		if self._client.socket() is None:
			raise self._over(MQTTErrorCode.MQTT_ERR_CONN_LOST)
		if self.connected_at is None and time.monotonic() > self._connack_by:
			raise LinkLostError(f"no answer to CONNECT within {_CONNACK_SECONDS:g} s")

	def _readable(self, sock: object, wait_seconds: float, room: bool) -> bool:
		if room and (self._client.has_unread or getattr(sock, "pending", int)()):  # read, or decrypted by TLS
			return True
		read_from = [sock] if room else []
		write_to = [sock] if self._client.want_write() else []
		return bool(select.select(read_from, write_to, [], wait_seconds)[0])

	def _read(self, room: Callable[[], bool]) -> None:
		before = -1
		while before < self._received:  # until the socket is empty, or held something other than a message
			before = self._received
			self._check(self._client.loop_read())
			if not room():
				return

	def _check(self, code: MQTTErrorCode) -> None:
		if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
			raise self._over(code)

	def _over(self, code: MQTTErrorCode) -> Exception:
		if self._refusal is not None:
			return LinkRefusedError(f"the broker refuses: {self._refusal} ({self._refusal.value})")
		return LinkLostError(self._farewell or f"connection to the broker is gone ({code.name})")

	def subscribe(self, filters: Iterable[str]) -> None:
		"""Ask for topics at QoS 1; a refusal comes back through on_refused. Retained messages come with a subscription
		that the session did not have before; under MQTT 3.1.1 they come every time."""
		remaining = sorted(filters)
		while remaining:
			chunk, remaining = remaining[:_FILTERS_PER_PACKET], remaining[_FILTERS_PER_PACKET:]
			if self._settings.version == MqttVersion.V5:
				options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
				code, mid = self._client.subscribe([(name, options) for name in chunk])
			else:
				code, mid = self._client.subscribe([(name, 1) for name in chunk])
			self._check(code)
			self._asked[mid or 0] = chunk

	def unsubscribe(self, filters: Iterable[str]) -> None:
		names = sorted(filters)
		if names:
			code, mid = self._client.unsubscribe(names)
			self._check(code)
			self._asked[mid or 0] = names

	def acknowledge(self, mid: int, qos: int) -> bool:
		"""Tell the broker that a message is ours now. False when the connection broke; the next step raises then."""
		return self._client.ack(mid, qos) == MQTTErrorCode.MQTT_ERR_SUCCESS

	def publish(self, publication: Publication) -> None:
		"""Publish, without waiting for the broker's answer. Raises LinkLostError when the connection is over."""
		sent = self._client.publish(
			publication.topic, publication.payload, publication.qos, publication.retain
		)
		self._check(sent.rc)

	def _say_goodbye(self) -> None:
		"""With a will, let the broker publish it: under MQTT 5 after its delay, if nobody takes the session over."""
		if self._will is None:
			self._client.disconnect()
		elif self._settings.version == MqttVersion.V5:
			self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=_DISCONNECT_WITH_WILL))
		else:
			self.publish(self._will)
			self._client.disconnect()

	def close(self) -> None:
		"""Say goodbye and keep the session at the broker. Never raises."""
		give_up_at = time.monotonic() + _CLOSE_SECONDS
		try:
			self._say_goodbye()
			while (sock := self._client.socket()) is not None and time.monotonic() < give_up_at:
				select.select([], [sock], [], 0.1)
				self._client.loop_write()
		except (OSError, ValueError, LinkLostError, LinkRefusedError):
			pass  # it was gone already
		finally:
			sock = self._client.socket()
			if sock is not None:
				sock.close()

	def _connected(
		self, client: Client, userdata: object, flags: ConnectFlags, reason: ReasonCode, properties: object
	) -> None:
		if not reason.is_failure:
			self.session_present = flags.session_present
			self.connected_at = time.monotonic()
		elif reason.value in _REFUSALS:
			self._refusal = reason
		else:
			self._farewell = f"the broker cannot take us now: {reason} ({reason.value})"

	def _disconnected(
		self, client: Client, userdata: object, flags: DisconnectFlags, reason: ReasonCode, properties: object
	) -> None:
		if not self._farewell:
			by_broker = flags.is_disconnect_packet_from_server
			self._farewell = f"{'the broker hung up' if by_broker else 'connection lost'}: {reason}"

	def _subscribed(
		self, client: Client, userdata: object, mid: int, reasons: list[ReasonCode], properties: object
	) -> None:
		for name, reason in zip(self._asked.pop(mid, ()), reasons, strict=False):
			if reason.is_failure:
				self._on_refused(name, f"the broker refuses the subscription ({reason})")

	def _unsubscribed(
		self, client: Client, userdata: object, mid: int, reasons: object, properties: object
	) -> None:
		self._on_unsubscribed(self._asked.pop(mid, ()))

	def _received_message(self, client: Client, userdata: object, message: MQTTMessage) -> None:
		self._received += 1
		self._on_message(self, message)
