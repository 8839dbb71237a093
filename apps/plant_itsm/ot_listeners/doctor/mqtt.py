"""A look at an MQTT broker with the settings of an OT Connection, but a client id of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from paho.mqtt.client import MQTTMessage

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.ot_networks import EVERYWHERE, OtNetworks
from plant_itsm.ot_listeners.doctor.findings import Finding, Severity, error, has_errors, ok, warning
from plant_itsm.ot_listeners.doctor.mosquitto_conf import examine_mosquitto_conf, unqueued_qos_0
from plant_itsm.ot_listeners.doctor.network import examine_reach, examine_tls
from plant_itsm.ot_listeners.mqtt_probe import Connack, MqttProbe, ProbeLostError, ProbeRefusedError, probe_id
from plant_itsm.ot_listeners.settings import MqttSettings, MqttVersion
from plant_itsm.ot_listeners.topic_filters import needed
from plant_itsm.ports import Record
from plant_itsm.services.sparkplug import is_sparkplug

SHORT_SESSION_SECONDS = 3600
GOOD_SESSION_SECONDS = 604_800
_UNSUPPORTED_VERSION = 132
_SYS_SECONDS = 1.0
_SESSION_DIES = (
	"the session dies when the connection does: whatever the plant sends while the listener is away is lost"
)
_LOGIN_REMEDIES = {
	133: "client_id = one that the broker allows",
	134: "username and password = those that the broker knows",
	135: "username and password = those that the broker knows, and that its access list allows",
}


def examine_mqtt(
	record: Record,
	namespace: str,
	addresses: Collection[str],
	mosquitto_conf: Path | None = None,
	networks: OtNetworks = EVERYWHERE,
) -> list[Finding]:
	"""All that a person may have to change so that no message is lost. addresses: the topic filters of the rules."""
	findings: list[Finding] = []
	try:
		settings = _settings(record, namespace, networks)
	except ConnectionSettingError as trouble:
		return [error("settings", str(trouble), "the listener does not start", "correct that field")]
	findings += _expiry(settings)
	if mosquitto_conf is not None:
		findings += examine_mosquitto_conf(mosquitto_conf, settings, sparkplug=is_sparkplug(record))
	reach = examine_reach(settings.networks, settings.host, settings.port, "host and port")
	findings += reach
	if has_errors(reach):
		return findings
	secured = list(examine_tls(settings))
	findings += secured
	if not has_errors(secured):
		broker = _Broker(settings, addresses, mosquitto_conf is not None, sparkplug=is_sparkplug(record))
		findings += broker.examine()
	return findings


def _settings(record: Record, namespace: str, networks: OtNetworks) -> MqttSettings:
	"""As the listener reads them, except that a session expiry of 0 is a finding and no refusal."""
	if record.get("session_expiry_seconds") != 0:
		return MqttSettings.from_record(record, namespace, networks=networks)
	kept = {**record, "session_expiry_seconds": None}
	settings = MqttSettings.from_record(kept, namespace, networks=networks)
	return replace(settings, session_expiry_seconds=0)


def _expiry(settings: MqttSettings) -> Iterator[Finding]:
	if settings.version != MqttVersion.V5:
		yield ok("session expiry", "MQTT 3.1.1: a session without end is asked for")
		return
	seconds = settings.session_expiry_seconds
	remedy = f"session_expiry_seconds = {GOOD_SESSION_SECONDS}"
	if seconds == 0:
		yield error("session expiry", "session_expiry_seconds is 0", _SESSION_DIES, remedy)
	elif seconds < SHORT_SESSION_SECONDS:
		yield warning(
			"session expiry",
			f"session_expiry_seconds is {seconds}",
			f"a listener that is away for longer than {seconds} s loses what was sent meanwhile",
			remedy,
		)
	else:
		yield ok("session expiry", f"{seconds} s")


class _Broker:
	def __init__(
		self, settings: MqttSettings, addresses: Collection[str], conf_is_known: bool, *, sparkplug: bool
	):
		self._settings = settings
		self._addresses = addresses
		self._conf_is_known = conf_is_known
		self._sparkplug = sparkplug
		self._told: dict[str, str] = {}

	def examine(self) -> Iterator[Finding]:
		probe = MqttProbe(self._settings, probe_id(self._settings), on_message=self._hear)
		try:
			connack = probe.open()
		except ProbeRefusedError as refusal:
			yield self._refused(refusal)
			return
		except Exception as trouble:  # paho meets malformed packets with many types of exception
			yield self._unanswered(trouble)
			return
		else:
			yield ok("login", f"as {self._settings.username or 'anonymous'}")
			yield ok("MQTT version", f"{self._settings.version} is accepted")
			yield from self._properties(connack.properties)
			yield from self._subscriptions(probe)
			yield from self._broker_itself(probe)
		finally:
			probe.close()
		yield self._session_kept()

	def _hear(self, message: MQTTMessage) -> None:
		if message.topic.startswith("$SYS/"):
			self._told[message.topic] = message.payload.decode("utf-8", "replace")

	def _refused(self, refusal: ProbeRefusedError) -> Finding:
		if refusal.code == _UNSUPPORTED_VERSION:
			return self._wrong_version(f"the broker refuses MQTT {self._settings.version}")
		remedy = _LOGIN_REMEDIES.get(refusal.code, "ask the broker's log for the reason")
		return error("login", f"the broker refuses: {refusal}", "no signal arrives", remedy)

	def _unanswered(self, trouble: Exception) -> Finding:
		other = replace(self._settings, version=_other(self._settings.version))
		probe = MqttProbe(other, probe_id(other))
		try:
			probe.open()
		except Exception:
			return error(
				"login",
				f"no MQTT answer ({trouble})",
				"no signal arrives",
				"port = that of the broker's MQTT listener; use_tls = 1 where that listener speaks TLS",
			)
		else:
			return self._wrong_version(f"the broker hangs up on MQTT {self._settings.version}")
		finally:
			probe.close()

	def _wrong_version(self, what: str) -> Finding:
		remedy = f"mqtt_version = {_other(self._settings.version)}"
		return error("MQTT version", what, "no signal arrives", remedy)

	def _properties(self, told: dict[str, Any]) -> Iterator[Finding]:
		"""What the broker says of itself in CONNACK (MQTT 5, section 3.2.2.3); silence means no limit."""
		if told:
			yield ok(
				"broker properties", ", ".join(f"{name} {value}" for name, value in sorted(told.items()))
			)
		if told.get("MaximumQoS", 2) < 1:
			yield error(
				"broker QoS", "the broker offers QoS 0 only", "it keeps no message", "use a broker with QoS 1"
			)
		if not told.get("WildcardSubscriptionAvailable", 1) and any(
			set("+#") & set(address) for address in self._addresses
		):
			yield error(
				"broker wildcards",
				"the broker offers no wildcard subscriptions",
				"rules with + or # hear nothing",
				"address = a whole topic, in each Signal Rule",
			)
		size, limit = told.get("MaximumPacketSize"), self._settings.max_payload_bytes
		if size is not None and size < limit:
			yield warning(
				"broker message size",
				f"the broker takes packets of {size} bytes, max_payload_bytes is {limit}",
				"it refuses messages that we would take",
				"max_packet_size = 0 on the broker",
			)
		if not told.get("RetainAvailable", 1):
			yield warning(
				"broker retain",
				"the broker keeps no retained messages",
				"after a new session the state of a machine is unknown until it speaks",
				"retain_available true on the broker",
			)

	def _subscriptions(self, probe: MqttProbe) -> Iterator[Finding]:
		filters = needed(self._addresses)
		try:
			granted = probe.subscribe(filters) if filters else {}
		except ProbeLostError as trouble:
			yield error(
				"subscriptions", f"not answered: {trouble}", "no signal arrives", "ask the broker's log"
			)
			return
		for name, code in granted.items():
			if code.is_failure:
				yield error(
					"subscriptions",
					f"{name} is refused ({code})",
					"its rules hear nothing",
					f"topic read {name}    (in the broker's access list)",
				)
			elif code.value < 1:
				yield error(
					"subscriptions", f"{name} is granted at QoS 0", "nothing is kept for it", "allow QoS 1"
				)
		if all(not code.is_failure for code in granted.values()):
			yield ok("subscriptions", f"{len(granted)} topic filters granted")

	def _broker_itself(self, probe: MqttProbe) -> Iterator[Finding]:
		"""$SYS: what mosquitto and a few others publish of themselves. It needs no access to the machine."""
		version, dropped = "$SYS/broker/version", "$SYS/broker/publish/messages/dropped"
		try:
			probe.subscribe([version, dropped])
			probe.watch(_SYS_SECONDS, lambda: {version, dropped} <= self._told.keys())
		except ProbeLostError:
			return
		if int(float(self._told.get(dropped) or 0)):
			yield warning(
				"broker drops",
				f"it has dropped {self._told[dropped]} messages since it started",
				"signals of some client were lost, perhaps ours",
				"max_queued_messages 100000    (mosquitto.conf)",
			)
		name = self._told.get(version, "")
		if not self._conf_is_known and "mosquitto" in name:
			yield warning(
				"broker queue",
				f"{name}: its queue limit and persistence cannot be seen from outside",
				"with its defaults it keeps 1,000 messages while the listener is away, and none after a crash",
				"doctor --mosquitto-conf /etc/mosquitto/mosquitto.conf    (with a copy of that file)",
			)
			if self._sparkplug:
				unseen = "queue_qos0_messages cannot be seen from outside, and is false unless it is set"
				yield unqueued_qos_0(unseen, "mosquitto.conf")

	def _session_kept(self) -> Finding:
		"""Come back as the listener would, and see whether the broker still knows us. The session is removed again."""
		name = probe_id(self._settings)
		try:
			self._visit(name, fresh=True)
			back = self._visit(name, fresh=False)
			self._visit(name, fresh=True, keep_session=False)
		except (ProbeLostError, ProbeRefusedError, OSError) as trouble:
			return error(
				"session kept", f"it cannot be tried: {trouble}", _SESSION_DIES, "ask the broker's log"
			)
		kept = back.properties.get("SessionExpiryInterval", self._settings.session_expiry_seconds)
		if not back.session_present:
			field = self._settings.version == MqttVersion.V5 and not self._settings.session_expiry_seconds
			remedy = (
				f"session_expiry_seconds = {GOOD_SESSION_SECONDS}"
				if field
				else "let the broker keep sessions"
			)
			return error("session kept", "the broker has forgotten the session", _SESSION_DIES, remedy)
		if kept < self._settings.session_expiry_seconds:
			return Finding(
				"session kept",
				Severity.WARNING if kept else Severity.ERROR,
				f"the broker keeps it for {kept} s instead of {self._settings.session_expiry_seconds} s",
				f"a listener that is away for longer than {kept} s loses what was sent meanwhile",
				"raise the broker's limit of the session expiry",
			)
		return ok("session kept", "the broker knows us again after a disconnect")

	def _visit(self, name: str, *, fresh: bool, keep_session: bool = True) -> Connack:
		probe = MqttProbe(self._settings, name, keep_session=keep_session)
		try:
			return probe.open(fresh=fresh)
		finally:
			probe.close()


def _other(version: MqttVersion) -> MqttVersion:
	return MqttVersion.V311 if version == MqttVersion.V5 else MqttVersion.V5
