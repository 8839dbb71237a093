"""Sparkplug B topics, and the addresses under which rules know metrics.

A topic is `spBv1.0/group/type/edge_node[/device]` (Sparkplug 3.0, chapter 4). The address of a metric leaves out what
says nothing about the plant: `group/edge_node/metric` or `group/edge_node/device/metric`. A metric's name may hold
slashes, so the metric `Robot/State` of the node and the metric `State` of its device `Robot` share an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plant_itsm.domain.errors import PayloadError, RuleError
from plant_itsm.domain.vocabulary import Word

NAMESPACE = "spBv1.0"
ONLINE = "$online"
"""The name of the metric that we add to each edge node and device: true from birth to death."""
REBIRTH_METRIC = "Node Control/Rebirth"

_LINE_STOP_HINT = (
	"it tells of loss of view, not of a proven stop."
	" Choose another event kind, and an on-delay that outlasts a restart of the node"
)


class MessageType(Word):
	NBIRTH = "NBIRTH"
	NDEATH = "NDEATH"
	DBIRTH = "DBIRTH"
	DDEATH = "DDEATH"
	NDATA = "NDATA"
	DDATA = "DDATA"
	NCMD = "NCMD"
	DCMD = "DCMD"


OF_DEVICES = frozenset({MessageType.DBIRTH, MessageType.DDEATH, MessageType.DDATA, MessageType.DCMD})
COMMANDS = frozenset({MessageType.NCMD, MessageType.DCMD})


@dataclass(frozen=True)
class NodeId:
	"""An edge node: unique by its group and its own id."""

	group: str
	edge: str

	def __str__(self) -> str:
		return f"{self.group}/{self.edge}"

	def address(self, device: str | None, metric: str) -> str:
		return f"{self}/{device}/{metric}" if device else f"{self}/{metric}"

	@property
	def topic_filter(self) -> str:
		"""All that the node and its devices publish, and nothing of other nodes."""
		return f"{NAMESPACE}/{self.group}/+/{self.edge}/#"

	@property
	def command_topic(self) -> str:
		return f"{NAMESPACE}/{self.group}/{MessageType.NCMD}/{self.edge}"


@dataclass(frozen=True)
class SparkplugTopic:
	node: NodeId
	kind: MessageType
	device: str | None = None


def parse_topic(topic: str) -> SparkplugTopic | None:
	"""The parts of a topic; None for the state of a host application. Raises PayloadError for any other topic."""
	namespace, *levels = topic.split("/")
	if namespace != NAMESPACE or len(levels) < 2:
		raise PayloadError(
			f"topic {topic!r} is no Sparkplug topic: it must be {NAMESPACE}/group/type/edge_node"
		)
	if levels[0] == "STATE":
		return None
	try:
		kind = MessageType(levels[1])
	except ValueError:
		raise PayloadError(
			f"topic {topic!r}: {levels[1]!r} is no message type of Sparkplug B: let the edge node use one of"
			f" {', '.join(MessageType)}"
		) from None
	wanted = 4 if kind in OF_DEVICES else 3
	if len(levels) != wanted or not all(levels):
		shape = "group/type/edge_node/device" if kind in OF_DEVICES else "group/type/edge_node"
		raise PayloadError(f"topic {topic!r}: a {kind} must come on {NAMESPACE}/{shape}")
	return SparkplugTopic(NodeId(levels[0], levels[2]), kind, levels[3] if wanted == 4 else None)


def node_of(address: str) -> NodeId:
	"""The edge node that an address belongs to. Raises RuleError for an address that cannot be one."""
	group, _, rest = address.partition("/")
	edge, _, metric = rest.partition("/")
	if not (group and edge and metric) or "\0" in address:
		raise RuleError(
			f"{address!r} is no Sparkplug address: write group/edge_node/metric or group/edge_node/device/metric"
		)
	if group == NAMESPACE:
		raise RuleError(
			f"{address!r} is a topic: write the address without {NAMESPACE} and message type,"
			" like group/edge_node/metric"
		)
	if any(wildcard in level for level in (group, edge) for wildcard in "+#"):
		raise RuleError(f"{address!r}: group and edge node must be named, without + and #")
	return NodeId(group, edge)


def check_address(what: str, address: str, *, stops_line: bool) -> None:
	"""Refuse the address of a Signal Rule that could never match, or that would take loss of view for a stop.

	`what` names the rule in the error's text; `stops_line` tells whether its event kind is Line Stop.
	"""
	try:
		node_of(address)
	except RuleError as error:
		raise RuleError(f"{what}: {error}.") from None
	levels = address.split("/")
	if "+" in levels or "#" in levels:
		raise RuleError(f"{what}: {address!r} must name one metric, without + and #.")
	if stops_line and levels[-1] == ONLINE:
		raise RuleError(f"{what}: {address!r} cannot raise a Line Stop: {_LINE_STOP_HINT}.")


def topic_filters(addresses: Iterable[str]) -> frozenset[str]:
	"""What to subscribe to for these addresses; one that is no Sparkplug address asks for nothing."""
	return frozenset(node.topic_filter for node in nodes_of(addresses))


def nodes_of(addresses: Iterable[str]) -> frozenset[NodeId]:
	"""The edge nodes of these addresses, without those that are no Sparkplug addresses."""
	nodes = set()
	for address in addresses:
		try:
			nodes.add(node_of(address))
		except RuleError:
			continue  # the rule says so itself when it is saved; it may be older than the payload format
	return frozenset(nodes)
