"""Devices in the address space of an OPC UA server: every object with a name plate, by browsing and reading alone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from asyncua import Client, ua

from plant_itsm.domain.discovery import (
	IDENTIFICATION,
	NAME_PLATE_NODES,
	Device,
	is_name_plate,
	name_plate_device,
)
from plant_itsm.ot_listeners import opcua_requests as requests
from plant_itsm.ot_listeners.opcua_client import connected_client
from plant_itsm.ot_listeners.recording_sources import unreachable
from plant_itsm.ot_listeners.settings import OpcUaSettings

MOST_OBJECTS = 5000
DEEPEST = 12
_WHOLE_SECONDS = 60.0
_NODES_PER_READ = 100
_BOTH = ua.NodeClass.Object | ua.NodeClass.Variable


@dataclass(frozen=True)
class _Place:
	"""An object, and how one came to it."""

	node: ua.NodeId
	name: str
	depth: int = 0
	above: _Place | None = None

	def ancestors(self) -> Iterator[_Place]:
		place = self.above
		while place is not None:
			yield place
			place = place.above


@dataclass
class _Plates:
	"""By object the nodes of its name plate, by browse name. is_whole: False where a limit cut something off."""

	found: dict[_Place, dict[str, ua.NodeId]] = field(default_factory=dict)
	is_whole: bool = True

	def take(self, place: _Place, variables: dict[str, ua.NodeId]) -> None:
		if is_name_plate(set(variables)):
			of_whole = place.name == IDENTIFICATION and place.above is not None
			self.found.setdefault(place.above if of_whole and place.above else place, variables)

	def whole_of(self, place: _Place) -> str | None:
		"""The nearest device that an object is in."""
		return next((above.node.to_string() for above in place.ancestors() if above in self.found), None)


def found_devices(settings: OpcUaSettings) -> tuple[list[Device], bool]:
	"""(devices, whether that is all). Raises SourceError when the server cannot be asked."""
	try:
		return asyncio.run(asyncio.wait_for(_look(settings), _WHOLE_SECONDS))
	except Exception as error:  # asyncua raises many types
		raise unreachable(settings.connection, settings.endpoint_url, error) from None


async def _look(settings: OpcUaSettings) -> tuple[list[Device], bool]:
	client = await connected_client(settings)
	try:
		plates = await _plates(client)
		nodes = [node for variables in plates.found.values() for node in variables.values()]
		values = await _values(client, nodes)
	finally:
		await client.disconnect()
	devices = [
		name_plate_device(
			place.node.to_string(),
			place.name,
			{name: values[node] for name, node in variables.items()},
			plates.whole_of(place),
		)
		for place, variables in plates.found.items()
	]
	return devices, plates.is_whole


async def _plates(client: Client) -> _Plates:
	"""Breadth first through the objects; the Server object is left closed, and a node that is met twice is met once."""
	plates = _Plates()
	root = ua.NodeId(ua.ObjectIds.ObjectsFolder)
	seen = {root, ua.NodeId(ua.ObjectIds.Server)}
	waiting = deque([_Place(root, "")])
	while waiting:
		place = waiting.popleft()
		refs = await client.get_node(place.node).get_children_descriptions(nodeclassmask=_BOTH)
		variables = {
			ref.BrowseName.Name: ref.NodeId
			for ref in refs
			if ref.NodeClass == ua.NodeClass.Variable and ref.BrowseName.Name in NAME_PLATE_NODES
		}
		plates.take(place, variables)
		for ref in refs:
			if ref.NodeClass != ua.NodeClass.Object or ref.NodeId in seen:
				continue
			if len(seen) >= MOST_OBJECTS or place.depth >= DEEPEST:
				plates.is_whole = False
				break
			seen.add(ref.NodeId)
			waiting.append(_Place(ref.NodeId, ref.BrowseName.Name, place.depth + 1, place))
	return plates


async def _values(client: Client, nodes: list[ua.NodeId]) -> dict[ua.NodeId, Any]:
	"""What can be read now; None for the rest."""
	values: dict[ua.NodeId, Any] = {}
	for start in range(0, len(nodes), _NODES_PER_READ):
		some = nodes[start : start + _NODES_PER_READ]
		read = await client.uaclient.session.read(requests.read(some))
		values.update({node: _plain(data) for node, data in zip(some, read, strict=True)})
	return values


def _plain(data: ua.DataValue) -> Any:
	value = data.Value.Value if data.Value is not None else None
	return value.Text if isinstance(value, ua.LocalizedText) else value
