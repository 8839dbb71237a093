"""Nothing of ours changes a plant, outside of the exceptions that are listed here with their reason."""

import pytest

from tests.security.ot_writes import ot_writes
from tests.security.sources import PACKAGE, modules

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
	("ot_listeners/supervisor.py::arrived", "delete"): "a key of Redis",
	("ot_listeners/settings.py::_check_tls", "getattr of a variable"): "fields of our own settings",
}


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
