import json
import logging
import sys

import pytest

from plant_itsm.ot_listeners.json_logs import JsonFormatter, PlainFormatter, without_secrets


@pytest.mark.parametrize(
	"text",
	[
		"password=hunter2",
		"broker_password: hunter2, host: a",
		'{"api_key": "hunter2"}',
		"Authorization: token hunter2",
		"redis://user:hunter2@host:6379/0",
		"mqtt://:hunter2@host",
		"API-KEY = hunter2;",
	],
)
def test_a_secret_does_not_get_into_a_log(text):
	assert "hunter2" not in without_secrets(text)


@pytest.mark.parametrize(
	"text",
	[
		"OT Connection Broker: lost: connection refused",
		"lease key (token 12, 15 s)",
		"opc.tcp://host:4840/path",
	],
)
def test_what_is_no_secret_stays(text):
	assert without_secrets(text) == text


def _record(message, *arguments, error=None):
	return logging.LogRecord("plant", logging.WARNING, "", 1, message, arguments, error)


def test_a_line_is_one_object_with_the_error_in_it():
	try:
		raise ValueError("secret=hunter2\nsecond line")
	except ValueError:
		line = JsonFormatter().format(_record("%s of %s", "loss", "ü", error=sys.exc_info()))
	told = json.loads(line)
	assert "\n" not in line
	assert (told["message"], told["level"], told["logger"]) == ("loss of ü", "WARNING", "plant")
	assert told["time"].endswith("+00:00")
	assert "ValueError" in told["error"]
	assert "hunter2" not in line


def test_plain_lines_hide_secrets_too():
	assert "hunter2" not in PlainFormatter("%(message)s").format(_record("password=%s", "hunter2"))
