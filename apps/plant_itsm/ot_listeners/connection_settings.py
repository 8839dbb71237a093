"""The settings of an OT Connection as a site gives them: its namespace, its folder for secrets, its OT networks."""

from __future__ import annotations

from plant_itsm.domain.ot_networks import OtNetworks
from plant_itsm.ot_listeners.settings import MqttSettings, OpcUaSettings
from plant_itsm.ports import Ports, Record
from plant_itsm.services.settings import settings_of


def mqtt_settings(ports: Ports, record: Record) -> MqttSettings:
	"""Raises ConnectionSettingError."""
	return MqttSettings.from_record(record, ports.namespace, networks=site_networks(ports))


def opcua_settings(ports: Ports, record: Record) -> OpcUaSettings:
	"""Raises ConnectionSettingError."""
	return OpcUaSettings.from_record(
		record, ports.namespace, ports.secrets_folder, networks=site_networks(ports)
	)


def site_networks(ports: Ports) -> OtNetworks:
	"""Where the workers of a site may connect to."""
	with ports.records.transaction():
		return settings_of(ports.records).ot_networks
