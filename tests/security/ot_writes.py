"""The rule that nothing of ours changes a plant: no write, no method call, no publish, by any API of asyncua or paho.

It looks at words and not at types, so it also finds what is only passed on (`do = node.write_value`), asked for by name
(`getattr`) or imported. Words that also mean harmless things elsewhere count only where a module speaks to a plant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.security.sources import Finding, nodes, word_of

LIBRARIES = ("asyncua", "paho", "amqtt", "gmqtt", "aiomqtt", "socket")

TO_WRITE_WITH = (
	*("asyncua.server", "asyncua.pubsub", "asyncua.sync", "asyncua.tools", "asyncua.client.ua_file"),
	*("asyncua.common.manage_nodes", "asyncua.common.copy_node_util", "asyncua.common.instantiate_util"),
	*("asyncua.common.methods", "asyncua.common.xmlimporter", "asyncua.common.structures104"),
	"paho.mqtt.publish",
)
"""Modules of the libraries that are there to change something; what only reads needs none of them."""

ALWAYS = frozenset(
	(
		*("write_value", "write_values", "write_attribute", "write_attribute_value", "write_attributes"),
		*("write_params", "set_data_value", "set_attribute", "set_writable", "set_read_only", "call_method"),
		*("call_method_full", "add_nodes", "delete_nodes", "add_references", "delete_references"),
		*("set_attr_bit", "unset_attr_bit", "set_event_notifier", "set_modelling_rule", "new_node"),
		*("write_array_dimensions", "write_value_rank", "write_data_type_definition", "import_xml"),
		*("add_reference", "delete_reference", "add_data_type", "add_object_type", "add_reference_type"),
		*("add_variable_type", "register_namespace", "register_server", "register_server2"),
		*("unregister_server", "unregister_server2", "history_update", "will_set", "publish_multiple"),
		*("WriteRequest", "WriteParameters", "WriteValue", "CallRequest", "CallParameters"),
		*("CallMethodRequest", "AddNodesItem", "AddNodesParameters", "AddNodesRequest"),
		*("AddReferencesItem", "DeleteNodesItem", "DeleteNodesRequest", "DeleteReferencesItem"),
		*("HistoryUpdateParameters", "HistoryUpdateRequest", "UpdateDataDetails", "DeleteRawModifiedDetails"),
	)
)
"""Words of asyncua and paho that change something at the other end."""

NEAR_A_PLANT = frozenset(
	(
		*(
			"publish",
			"call",
			"write",
			"set_value",
			"set_values",
			"delete",
			"send_request",
			"single",
			"multiple",
		),
		*("_send_publish", "_send_request", "_send_simple_command", "_packet_queue"),
		*("send", "sendall", "sendto", "sendmsg", "sendfile"),
		*("add_object", "add_variable", "add_property", "add_method", "add_folder", "link_method"),
		*("importlib", "import_module", "__import__", "eval", "exec"),
	)
)
"""Words that change something in a module that speaks to a plant, or that could hide such a word."""


def ot_writes(name: str, source: str) -> list[Finding]:
	"""What a module would do to a plant. name: its path inside the package."""
	words = ALWAYS | NEAR_A_PLANT if _speaks_to_a_plant(name, source) else ALWAYS
	return [
		Finding(place, word, getattr(node, "lineno", 0))
		for place, node in nodes(name, source)
		for word in _words(node, words)
	]


def _speaks_to_a_plant(name: str, source: str) -> bool:
	return name.startswith("ot_listeners/") or any(
		module.split(".")[0] in LIBRARIES for _, node in nodes(name, source) for module in _imported(node)
	)


def _imported(node: ast.AST) -> Iterator[str]:
	if isinstance(node, ast.Import):
		yield from (alias.name for alias in node.names)
	elif isinstance(node, ast.ImportFrom):
		yield node.module or ""


def _reached(node: ast.AST) -> Iterator[str]:
	"""What an import may name: a module, or something in it that may be one, too."""
	yield from _imported(node)
	if isinstance(node, ast.ImportFrom):
		yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _words(node: ast.AST, forbidden: frozenset[str]) -> Iterator[str]:
	if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
		found = [word_of(node)]
	elif isinstance(node, ast.Import | ast.ImportFrom):
		found = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
		yield from (module for module in _reached(node) if module.startswith(TO_WRITE_WITH))
	elif isinstance(node, ast.Call) and word_of(node.func) in ("getattr", "methodcaller", "attrgetter"):
		found = list(_asked_by_name(node, "publish" in forbidden))
	else:
		return
	yield from (word for word in found if word in forbidden or word == "getattr of a variable")


def _asked_by_name(call: ast.Call, near_a_plant: bool) -> Iterator[str]:
	for argument in call.args[1:2] if word_of(call.func) == "getattr" else call.args[:1]:
		if isinstance(argument, ast.Constant):
			yield str(argument.value)
		elif near_a_plant:
			yield "getattr of a variable"
