"""What a mosquitto.conf says, line by line; and what mosquitto then does."""

import threading

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.ot_listeners.doctor.mosquitto_conf import BrokerConfError, examine_mosquitto_conf
from plant_itsm.ot_listeners.doctor.mqtt import examine_mqtt
from plant_itsm.ot_listeners.mqtt_probe import MqttProbe
from plant_itsm.ot_listeners.settings import MqttSettings
from tests.ot_listeners.test_doctor import (
	GOOD_CONF,
	ConfiguredMosquitto,
	configured,
	mqtt_record,
	only,
	problems,
)

__all__ = ["configured"]
QOS_0 = "queue_qos0_messages true\n"


def conf_findings(tmp_path, text, **options):
	path = tmp_path / "mosquitto.conf"
	path.write_text(text)
	return list(examine_mosquitto_conf(path, MqttSettings.from_record(mqtt_record(1883), "plant"), **options))


@pytest.mark.parametrize(
	("line", "check", "severity"),
	[
		("max_queued_messages 5000", "broker queue", "warning"),
		("max_queued_messages 500", "broker queue", "error"),
		("max_queued_bytes 1000000", "broker queue", "warning"),
		("autosave_on_changes false\nautosave_interval 30", "broker autosave", "warning"),
		("autosave_interval 100000", "broker autosave", "warning"),
		("autosave_on_changes false\nautosave_interval 0", "broker autosave", "error"),
		("persistent_client_expiration 1h", "broker sessions", "warning"),
		("max_packet_size 1000", "broker message size", "warning"),
	],
)
def test_each_line_that_loses_messages_is_found(tmp_path, line, check, severity):
	assert problems(conf_findings(tmp_path, GOOD_CONF + line)) == [(check, severity)]


def test_included_files_count(tmp_path):
	(tmp_path / "conf.d").mkdir()
	(tmp_path / "conf.d" / "queue.conf").write_text(GOOD_CONF)
	assert problems(conf_findings(tmp_path, f"# stock\ninclude_dir {tmp_path}/conf.d\n")) == []


def test_a_conf_that_cannot_be_read_is_said(tmp_path):
	settings = MqttSettings.from_record(mqtt_record(1883), "plant")
	with pytest.raises(BrokerConfError, match="No such file"):
		list(examine_mosquitto_conf(tmp_path / "none.conf", settings))
	with pytest.raises(BrokerConfError, match="max_queued_messages many"):
		conf_findings(tmp_path, "max_queued_messages many")


def test_sparkplug_wants_qos_0_queued(tmp_path):
	unset = only(conf_findings(tmp_path, GOOD_CONF, sparkplug=True), "broker QoS 0")
	assert unset.what.startswith("queue_qos0_messages is not set, so it is false")
	assert "a stop that begins and ends meanwhile is never seen" in unset.consequence
	assert unset.remedy == f"queue_qos0_messages true    (in {tmp_path}/mosquitto.conf)"
	assert problems(conf_findings(tmp_path, GOOD_CONF + QOS_0, sparkplug=True)) == []
	assert problems(conf_findings(tmp_path, GOOD_CONF)) == []  # all else publishes at QoS 1


@pytest.mark.parametrize("line", ["", QOS_0])
def test_the_line_decides_what_a_session_that_was_away_hears(configured, line):
	broker = configured(GOOD_CONF + line)
	settings = MqttSettings.from_record(mqtt_record(broker.port), "plant")
	session = MqttProbe(settings, "away", keep_session=True)
	session.open()
	session.subscribe(["spBv1.0/#"])
	session.close()
	publish(broker, ("spBv1.0/Plant/NDATA/Edge 3", 0), ("spBv1.0/Plant/NBIRTH/Edge 3", 1))
	heard = []
	back = MqttProbe(
		settings, "away", keep_session=True, on_message=lambda message: heard.append(message.topic)
	)
	assert back.open(fresh=False).session_present
	back.watch(10, lambda: any("NBIRTH" in topic for topic in heard))
	back.close()
	assert [topic.split("/")[2] for topic in heard] == (["NDATA", "NBIRTH"] if line else ["NBIRTH"])


def test_a_sparkplug_connection_is_told_without_the_file_too(configured):
	record = mqtt_record(configured(GOOD_CONF).port, payload_format="Sparkplug B")
	finding = only(examine_mqtt(record, "plant", set()), "broker QoS 0")
	assert "cannot be seen from outside" in finding.what


def publish(broker: ConfiguredMosquitto, *topics):
	"""Publish to (topic, QoS), one after the other, with a client that leaves when the broker has them all."""
	client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="edge node")
	connected = threading.Event()
	client.on_connect = lambda *_: connected.set()
	client.connect("127.0.0.1", broker.port)
	client.loop_start()
	assert connected.wait(10)
	for topic, qos in topics:
		client.publish(topic, b"x", qos=qos).wait_for_publish(10)
	client.disconnect()
	client.loop_stop()
