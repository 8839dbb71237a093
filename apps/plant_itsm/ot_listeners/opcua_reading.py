"""One read of some nodes of an OPC UA server, with a session of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncua import ua

from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.opcua_client import connected_client
from plant_itsm.ot_listeners.opcua_values import as_json, quality
from plant_itsm.ot_listeners.settings import OpcUaSettings


async def read_values(settings: OpcUaSettings, addresses: Sequence[str]) -> list[tuple[Any, str]]:
	"""(value, quality) of each node in the order of `addresses`; None as value where the server gives none.

	Raises what connected_client raises.
	"""
	client = await connected_client(settings)
	try:
		nodes = [ua.NodeId.from_string(address) for address in addresses]
		found: list[ua.DataValue] = await client.uaclient.session.read(requests.read(nodes))
	finally:
		await client.disconnect()
	return [(as_json(one.Value.Value) if one.Value is not None else None, quality(one)) for one in found]
