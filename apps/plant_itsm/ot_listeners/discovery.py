"""Looking through an OT Connection for devices, and proposing them as CIs. Reads only."""

from __future__ import annotations

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.domain.vocabulary import Protocol
from plant_itsm.ot_listeners.connection_settings import mqtt_settings, opcua_settings
from plant_itsm.ot_listeners.discovery_opcua import found_devices
from plant_itsm.ot_listeners.discovery_sparkplug import born_devices
from plant_itsm.ot_listeners.recording import connection_named
from plant_itsm.ports import Ports
from plant_itsm.services.discovery import Discovery, propose
from plant_itsm.services.sparkplug import is_sparkplug


def discover(ports: Ports, connection: str, seconds: float) -> Discovery:
	"""Propose the devices of a connection. seconds: how long to wait for births of Sparkplug.

	Raises MissingRecordError, ConnectionSettingError, and SourceError when server or broker cannot be reached.
	"""
	record = connection_named(ports.records, connection)
	if record["protocol"] == Protocol.OPC_UA:
		opcua = opcua_settings(ports, record)
		devices, is_whole = found_devices(opcua)
		return propose(ports.records, record, devices, is_whole=is_whole)
	if not is_sparkplug(record):
		raise ConnectionSettingError(
			f"OT Connection {connection}: messages of the format {record['payload_format']} do not say what devices"
			" there are. Discover through OPC UA or Sparkplug B."
		)
	mqtt = mqtt_settings(ports, record)
	return propose(ports.records, record, born_devices(ports, mqtt, seconds))
