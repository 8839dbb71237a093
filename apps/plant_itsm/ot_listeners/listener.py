"""One listener at work: the protocol stack of its connection, its addresses, and where its signals go."""

from __future__ import annotations

import logging
import time

import redis

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.vocabulary import Protocol
from plant_itsm.ot_listeners.connection_settings import mqtt_settings, opcua_settings
from plant_itsm.ot_listeners.health import ListenerHealth
from plant_itsm.ot_listeners.intake import Intake, SignalIntake
from plant_itsm.ot_listeners.leases import Lease
from plant_itsm.ot_listeners.listening import ListenerState
from plant_itsm.ot_listeners.mqtt import MqttListener
from plant_itsm.ot_listeners.opcua import OpcUaListener
from plant_itsm.ot_listeners.sparkplug import host_of
from plant_itsm.ot_listeners.supervisor import CHECK_SECONDS, Term
from plant_itsm.ports import Ports, Record
from plant_itsm.services.rules import addresses_of
from plant_itsm.services.sparkplug import is_sparkplug, subscriptions_of

log = logging.getLogger(__name__)


def run_listener(ports: Ports, client: redis.Redis, record: Record, lease: Lease, term: Term) -> None:
	"""Listen to the OT Connection `record` until `term` ends; a wrong setting is told and waited out."""
	health = ListenerHealth(client, ports.namespace, record["name"])
	intake = Intake(client, ports.namespace, record["name"], lease)

	needed = subscriptions_of if is_sparkplug(record) else addresses_of

	def addresses() -> frozenset[str]:
		with ports.records.transaction():
			return needed(ports.records, record["name"])

	try:
		listener = listener_for(record, ports, intake, client)
	except ConnectionSettingError as error:
		log.error("%s", error)
		health.report(ListenerState.REFUSED, str(error))
		while term():  # keeps the lease, and so the reason in sight, until a person has changed the setting
			time.sleep(CHECK_SECONDS)
		return
	listener.run(addresses, term, health.report)


def listener_for(
	record: Record, ports: Ports, intake: SignalIntake, client: redis.Redis | None
) -> MqttListener | OpcUaListener:
	"""The listener of an OT Connection. client: None where there is no Redis, and so no Sparkplug host of ours.

	Raises ConnectionSettingError.
	"""
	if record["protocol"] == Protocol.MQTT:
		settings = mqtt_settings(ports, record)
		host = host_of(record, ports, client) if client is not None else None
		return MqttListener(settings, intake, ports.clock, host)
	return OpcUaListener(opcua_settings(ports, record), intake, ports.clock)
