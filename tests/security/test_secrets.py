"""A secret is a Password field: encrypted at rest, shown as asterisks, never in a list, a report or an export."""

import json
import re

import pytest

from tests.security.sources import PACKAGE

SECRET = re.compile(r"password|passphrase|secret|token|api_?key|private_?key|credential", re.IGNORECASE)
NO_SECRETS = {
	(
		"OT Connection",
		"private_key_path",
	): "where the key lies; the key itself stays a file of the worker's host",
	("OT Connection State", "fence_token"): "a number that tells which drain may write",
}


def _suspicious(doctype):
	return [
		(doctype["name"], field["fieldname"])
		for field in doctype["fields"]
		if SECRET.search(f"{field['fieldname']} {field.get('label', '')}")
		and field["fieldtype"] != "Password"
	]


def _doctypes():
	folders = [path for path in PACKAGE.glob("*/doctype/*/*.json") if path.stem == path.parent.name]
	return [
		json.loads(path.read_text(encoding="utf-8"))
		for path in (*folders, *PACKAGE.glob("custom_fields/*.json"))
	]


def test_every_field_for_a_secret_is_a_password():
	found = {one for doctype in _doctypes() for one in _suspicious(doctype)}
	assert found == set(NO_SECRETS)


@pytest.mark.parametrize("fieldname", ["api_key", "broker_password", "tls_passphrase", "gateway_secret"])
def test_a_secret_in_plain_sight_is_found(fieldname):
	planted = {"name": "Planted", "fields": [{"fieldname": fieldname, "fieldtype": "Data"}]}
	assert _suspicious(planted) == [("Planted", fieldname)]
