import json
from importlib import resources

import pytest

from plant_itsm.domain.errors import ConnectionSettingError
from plant_itsm.ot_listeners.settings import (
	MqttSettings,
	MqttVersion,
	OpcUaSettings,
	SecurityMode,
	SecurityPolicy,
	default_client_id,
)
from tests.certificates import Authority

MQTT = {"name": "MES broker", "host": "broker.plant"}
OPC_UA = {
	"name": "PLC 3",
	"endpoint_url": "opc.tcp://plc3:4840",
	"security_policy": "None",
	"security_mode": "None",
}


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
	folder = tmp_path_factory.mktemp("pki")
	authority = Authority(folder)
	certificate, key = authority.issue("listener")
	(folder / "garbage.pem").write_text("-----BEGIN nonsense")
	return {"ca": authority.certificate, "cert": certificate, "key": key, "garbage": folder / "garbage.pem"}


@pytest.mark.parametrize(
	("fieldname", "words"),
	[("mqtt_version", MqttVersion), ("security_policy", SecurityPolicy), ("security_mode", SecurityMode)],
)
def test_each_vocabulary_is_the_options_of_its_field(fieldname, words):
	path = resources.files("plant_itsm") / "ot_signals/doctype/ot_connection/ot_connection.json"
	fields = {field["fieldname"]: field for field in json.loads(path.read_text())["fields"]}
	assert fields[fieldname]["options"].split("\n") == [str(word) for word in words]


def test_the_defaults_are_those_of_the_doctype():
	path = resources.files("plant_itsm") / "ot_signals/doctype/ot_connection/ot_connection.json"
	fields = {field["fieldname"]: field.get("default") for field in json.loads(path.read_text())["fields"]}
	mqtt = MqttSettings.from_record({**MQTT, "use_tls": 1}, "plant")
	for name in ("port", "session_expiry_seconds", "keepalive_seconds", "max_payload_bytes"):
		assert str(getattr(mqtt, name)) == fields[name]
	assert mqtt.version == fields["mqtt_version"]
	opcua = OpcUaSettings.from_record(OPC_UA, "plant")
	for name in ("publishing_interval_ms", "queue_size", "max_payload_bytes"):
		assert str(getattr(opcua, name)) == fields[name]


@pytest.mark.parametrize(
	("fields", "told"),
	[
		({"host": None}, "host is empty"),
		({"host": "  "}, "host is empty"),
		({"host": "mqtt://broker"}, "'mqtt://broker' is no host name"),
		({"port": 0}, "port 0 is out of range. Enter 1 to 65535"),
		({"port": 70000}, "port 70000 is out of range"),
		({"port": "many"}, "port 'many' is no whole number"),
		({"mqtt_version": "3"}, "mqtt_version '3' is unknown. Choose one of 5, 3.1.1"),
		({"keepalive_seconds": 1}, "keepalive_seconds 1 is out of range"),
		({"password": "secret"}, "password is set, but username is empty"),
		(
			{"use_tls": 1, "ca_certificate_path": "/no/such/ca.pem"},
			"ca_certificate_path '/no/such/ca.pem' cannot",
		),
		({"ca_certificate_path": "{ca}"}, "ca_certificate_path is set, but use_tls is not"),
		({"use_tls": 1, "client_certificate_path": "{cert}"}, "private_key_path is empty"),
		({"use_tls": 1, "private_key_path": "{key}"}, "client_certificate_path is empty"),
		({"use_tls": 1, "ca_certificate_path": "{garbage}"}, "ca_certificate_path cannot be used for TLS"),
		(
			{"use_tls": 1, "client_certificate_path": "{ca}", "private_key_path": "{key}"},
			"cannot be used for TLS",
		),
	],
)
def test_a_wrong_mqtt_setting_is_named_with_its_value_and_the_way_out(pki, fields, told):
	filled = {key: value.format(**pki) if isinstance(value, str) else value for key, value in fields.items()}
	with pytest.raises(ConnectionSettingError) as refusal:
		MqttSettings.from_record({**MQTT, **filled}, "plant")
	assert "OT Connection MES broker: " in str(refusal.value)
	assert told in str(refusal.value)
	assert str(refusal.value).count(". ") >= 1
	assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
	("fields", "told"),
	[
		({"endpoint_url": ""}, "endpoint_url is empty"),
		({"endpoint_url": "http://plc3:4840"}, "'http://plc3:4840' is no OPC UA endpoint"),
		({"endpoint_url": "opc.tcp://"}, "is no OPC UA endpoint"),
		({"endpoint_url": "opc.tcp://plc3:99999"}, "is no OPC UA endpoint"),
		({"endpoint_url": "opc.tcp://user:secret@plc3:4840"}, "is no OPC UA endpoint"),
		(
			{"security_mode": "Sign"},
			"security_mode Sign needs a security policy, but security_policy is None",
		),
		({"security_policy": "Basic256Sha256"}, "None does not fit the security policy Basic256Sha256"),
		({"security_policy": "Basic128Rsa15"}, "security_policy 'Basic128Rsa15' is unknown"),
		({"security_policy": "Basic256Sha256", "security_mode": "Sign"}, "client_certificate_path is empty"),
		({"publishing_interval_ms": 1}, "publishing_interval_ms 1 is out of range"),
		({"queue_size": 0}, "queue_size 0 is out of range"),
		({"password": "secret"}, "username is empty"),
		({"ca_certificate_path": "{garbage}"}, "ca_certificate_path"),
		({"client_certificate_path": "{cert}", "private_key_path": "{cert}"}, "private_key_path"),
		({"client_certificate_path": "{cert}", "private_key_path": "/no/such.key"}, "cannot be read"),
	],
)
def test_a_wrong_opc_ua_setting_is_named_with_its_value_and_the_way_out(pki, fields, told):
	filled = {key: value.format(**pki) if isinstance(value, str) else value for key, value in fields.items()}
	with pytest.raises(ConnectionSettingError) as refusal:
		OpcUaSettings.from_record({**OPC_UA, **filled}, "plant")
	assert "OT Connection PLC 3: " in str(refusal.value)
	assert told in str(refusal.value)


def test_a_password_shows_in_no_repr():
	login = {"username": "listener", "password": "hidden word"}
	assert "hidden word" not in repr(MqttSettings.from_record({**MQTT, **login}, "plant"))
	assert "hidden word" not in repr(OpcUaSettings.from_record({**OPC_UA, **login}, "plant"))


def test_the_default_client_id_differs_for_every_site_and_connection():
	made = [
		default_client_id("site.one", "MES broker"),
		default_client_id("site.one", "MES-broker"),
		default_client_id("site.two", "MES broker"),
	]
	assert len(set(made)) == 3
	assert all(one.startswith("plant-itsm-site-") and len(one) <= 65 for one in made)
	assert MqttSettings.from_record({**MQTT, "client_id": "ours"}, "plant").client_id == "ours"


def test_a_setting_needs_no_server(pki):
	files = {"client_certificate_path": str(pki["cert"]), "private_key_path": str(pki["key"])}
	mqtt = MqttSettings.from_record(
		{**MQTT, "use_tls": 1, "ca_certificate_path": str(pki["ca"]), **files}, "plant"
	)
	assert mqtt.tls_context().check_hostname
	secure = {"security_policy": "Aes256Sha256RsaPss", "security_mode": "SignAndEncrypt", **files}
	assert OpcUaSettings.from_record({**OPC_UA, **secure}, "plant").security_mode == "SignAndEncrypt"
