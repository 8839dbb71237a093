"""Listens to an MQTT broker: persistent session, QoS 1, and no acknowledgement before a signal is in the stream."""

from __future__ import annotations

import contextlib
import itertools
import logging
import ssl
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from paho.mqtt.client import MQTTMessage
from redis.exceptions import RedisError

from plant_itsm.domain.errors import RuleError
from plant_itsm.domain.rules import check_topic_filter
from plant_itsm.domain.signals import RawSignal
from plant_itsm.ot_listeners.intake import BATCH, SignalIntake, StreamFullError
from plant_itsm.ot_listeners.listening import (
	SHOWN_PAYLOAD_BYTES,
	Backoff,
	KeptAddresses,
	ListenerState,
	Report,
	Reporter,
)
from plant_itsm.ot_listeners.mqtt_link import RECEIVE_MAXIMUM, LinkLostError, LinkRefusedError, MqttLink
from plant_itsm.ot_listeners.settings import MqttSettings
from plant_itsm.ot_listeners.sparkplug import Publication, SparkplugHost
from plant_itsm.ot_listeners.topic_filters import needed
from plant_itsm.ports import Clock

_log = logging.getLogger(__name__)

_HELD_MESSAGES = 2 * RECEIVE_MAXIMUM
_HELD_BYTES = 16 * 1024 * 1024
_STEP_SECONDS = 0.2
_GATHER_SECONDS = 0.005  # a put costs as much as a dozen messages: in a stream of them, wait for company
_STABLE_SECONDS = (
	5.0  # a connection that lived so long was a real one: the next loss starts with a short wait
)
_REFUSED_SECONDS = 30.0


@dataclass(eq=False)
class _Held:
	"""A message on its way to the stream. link: the connection that waits for its acknowledgement."""

	signal: RawSignal
	mid: int
	qos: int
	link: MqttLink
	stored: bool = False


class MqttListener:
	"""One OT Connection to an MQTT broker. It subscribes and acknowledges; it publishes nothing but what a Sparkplug
	host may say where the connection asks for it.

	What it holds is bounded (2,000 messages, 16 MB). While the stream cannot take signals it stops reading, so that the
	broker keeps them.
	"""

	def __init__(
		self, settings: MqttSettings, intake: SignalIntake, clock: Clock, host: SparkplugHost | None = None
	):
		self._settings = settings
		self._host = host
		self._states: tuple[Publication, Publication] | None = None
		self._intake = intake
		self._clock = clock
		self._link: MqttLink | None = None
		self._wanted: frozenset[str] | None = None
		self._filters: frozenset[str] = frozenset()
		self._held: deque[_Held] = deque()
		self._held_bytes = 0
		self._unanswered: dict[int, _Held] = {}
		self._connect_backoff = Backoff(0.5, 30.0)
		self._put_backoff = Backoff(0.1, 5.0)
		self._connect_at = self._put_at = self._gather_until = 0.0

	def run(
		self, addresses: Callable[[], frozenset[str]], keep_going: Callable[[], bool], report: Report
	) -> None:
		"""Listen until keep_going() is False. addresses() gives the topic filters wanted now.

		Losses are reported and repaired. Raises LeaseLostError, and whatever keep_going or report raise.
		"""
		self._reporter = Reporter(self._settings.connection, report, _log)
		self._addresses = KeptAddresses(addresses, _log)
		self._reporter.say(ListenerState.CONNECTING, self._where)
		try:
			while keep_going():
				self._step()
			self._put_at = self._gather_until = 0.0
			self._hand_over()
		finally:
			if self._link is not None:
				self._link.close()
				self._link = None
		self._reporter.say(ListenerState.STOPPED, self._where)

	@property
	def _where(self) -> str:
		return f"{self._settings.host}:{self._settings.port}"

	def _step(self) -> None:
		wanted = self._addresses.current()
		if self._link is None:
			self._connect()
		if self._link is not None:
			self._use(self._link, wanted)
		self._hand_over()

	def _connect(self) -> None:
		wait_seconds = self._connect_at - time.monotonic()
		if wait_seconds > 0:
			time.sleep(min(wait_seconds, _STEP_SECONDS))
			return
		try:
			self._states = self._host.states() if self._host else None
			will = self._states[1] if self._states else None
			link = MqttLink(self._settings, self._take, self._refuse_filter, self._forget_filters, will)
			link.open()
		except Exception as error:
			self._lose(error)
		else:
			self._link, self._wanted, self._filters = link, None, frozenset()

	def _use(self, link: MqttLink, wanted: frozenset[str]) -> None:
		was_connected = link.connected_at is not None
		try:
			link.step(self._patience(), self._has_room)
		except Exception as error:  # paho meets malformed packets with many types of exception
			self._lose(error)
			return
		if link.connected_at is None:
			return
		if not was_connected:
			self._start_session(link)
		if wanted != self._wanted:
			self._subscribe(link, wanted)
		if self._host is not None and self._link is link:
			self._speak(link, self._host)

	def _start_session(self, link: MqttLink) -> None:
		if not link.session_present:  # the broker has forgotten what it sent: nothing will come again
			self._unanswered.clear()
		session = "its session goes on" if link.session_present else "a new session"
		self._reporter.say(ListenerState.CONNECTED, f"{self._where}, {session}")

	def _subscribe(self, link: MqttLink, wanted: frozenset[str]) -> None:
		"""First ask for the new, then drop the old, so that no message falls between two filters that both take it."""
		filters = needed({name for name in wanted if self._is_filter(name)})
		try:
			held = self._filters if self._wanted is not None else self._left_by_earlier_listeners(link)
			self._note(add=filters)
			link.subscribe(filters - self._filters)
			link.unsubscribe(held - filters)
		except (LinkLostError, LinkRefusedError, OSError) as error:
			self._lose(error)
		else:
			self._wanted, self._filters = wanted, filters

	def _speak(self, link: MqttLink, host: SparkplugHost) -> None:
		"""After the subscriptions, so that the births we ask for, or bring about, find us listening."""
		publications = host.requests()
		if self._states is not None:
			online, self._states = self._states[0], None
			publications.insert(0, online)
		try:
			for publication in publications:
				link.publish(publication)
		except (LinkLostError, LinkRefusedError, OSError, ValueError) as error:
			self._lose(error)

	def _left_by_earlier_listeners(self, link: MqttLink) -> frozenset[str]:
		"""What the session may still be subscribed to, although the rules for it went while nobody listened."""
		if not link.session_present:
			return frozenset()
		try:
			return self._intake.noted_addresses()
		except RedisError:
			return frozenset()

	def _note(self, add: Collection[str] = (), drop: Collection[str] = ()) -> None:
		with contextlib.suppress(
			RedisError
		):  # without the note a filter of old may live on: more signals, none less
			self._intake.note_addresses(add, drop)

	def _forget_filters(self, names: Collection[str]) -> None:
		self._note(drop=frozenset(names) - self._filters)

	def _is_filter(self, name: str) -> bool:
		try:
			check_topic_filter(f"OT Connection {self._settings.connection}", name)
		except RuleError as error:
			self._reporter.refuse_address(str(error))
			return False
		return True

	def _refuse_filter(self, name: str, reason: str) -> None:
		self._reporter.refuse_address(f"topic filter {name}: {reason}. Allow it in the broker's access list.")

	def _lose(self, error: Exception) -> None:
		"""Give the connection up and plan the next. Messages that are held stay: the broker may have lost them."""
		link, self._link = self._link, None
		if link is not None:
			link.close()
			self._unanswered.update((held.mid, held) for held in self._held if held.qos and held.link is link)
			if link.connected_at and time.monotonic() - link.connected_at > _STABLE_SECONDS:
				self._connect_backoff.reset()
		refused = isinstance(error, (LinkRefusedError, ssl.SSLCertVerificationError))
		state = ListenerState.REFUSED if refused else ListenerState.LOST
		self._reporter.say(state, f"{self._where}: {error or type(error).__name__}")
		wait_seconds = _REFUSED_SECONDS if refused else self._connect_backoff.next_seconds()
		self._connect_at = time.monotonic() + wait_seconds

	def _has_room(self) -> bool:
		return len(self._held) < _HELD_MESSAGES and self._held_bytes < _HELD_BYTES

	def _take(self, link: MqttLink, message: MQTTMessage) -> None:
		signal = self._signal(message)
		if message.dup and message.qos and self._is_repeat(link, message.mid, signal):
			return
		self._held.append(_Held(signal, message.mid, message.qos, link))
		self._held_bytes += len(signal.payload)

	def _is_repeat(self, link: MqttLink, mid: int, signal: RawSignal) -> bool:
		"""Whether the broker repeats a message that we have but could not acknowledge on the connection before."""
		known = self._unanswered.pop(mid, None)
		if known is None or (known.signal.address, known.signal.payload) != (signal.address, signal.payload):
			return False
		known.link = link
		if known.stored:
			link.acknowledge(known.mid, known.qos)
		return True

	def _signal(self, message: MQTTMessage) -> RawSignal:
		problem = None
		try:
			topic = message.topic
		except UnicodeDecodeError as error:
			topic = error.object.decode("utf-8", "backslashreplace")
			problem = "topic is not UTF-8: let the source send a valid topic"
		if "\0" in topic:
			problem = "topic holds a null character: let the source send a valid topic"
		size, limit = len(message.payload), self._settings.max_payload_bytes
		if size > limit:
			problem = (
				f"payload of {size} bytes is longer than the {limit} bytes that OT Connection"
				f" {self._settings.connection} takes: send less, or raise max_payload_bytes"
			)
		payload = bytes(message.payload[:SHOWN_PAYLOAD_BYTES] if size > limit else message.payload)
		return RawSignal(topic, payload, self._clock.now(), problem=problem, payload_bytes=size)

	def _patience(self) -> float:
		"""How long to wait for the network: not longer than messages that are held may wait for company."""
		if not self._held or self._put_at:
			return _STEP_SECONDS
		return max(0.0, self._gather_until - time.monotonic())

	def _is_time_to_put(self) -> bool:
		now = time.monotonic()
		return now >= self._put_at and (len(self._held) >= BATCH or now >= self._gather_until)

	def _hand_over(self) -> None:
		"""Put what is held into the stream, and acknowledge it after that."""
		while self._held and self._is_time_to_put():
			batch = list(itertools.islice(self._held, BATCH))
			try:
				self._intake.put([held.signal for held in batch])
			except (RedisError, StreamFullError) as error:
				self._put_at = time.monotonic() + self._put_backoff.next_seconds()
				self._reporter.say(
					ListenerState.BLOCKED, f"signals wait, the stream cannot take them: {error}"
				)
				return
			self._put_at = 0.0
			self._gather_until = time.monotonic() + _GATHER_SECONDS
			self._put_backoff.reset()
			for _ in batch:
				self._settle(self._held.popleft())
			if self._reporter.state == ListenerState.BLOCKED and self._link is not None:
				self._reporter.say(ListenerState.CONNECTED, f"{self._where}, the stream takes signals again")

	def _settle(self, held: _Held) -> None:
		held.stored = True
		self._held_bytes -= len(held.signal.payload)
		if held.qos and held.link is self._link and not held.link.acknowledge(held.mid, held.qos):
			self._unanswered[held.mid] = held
