"""Puts a script into every text that records of ours hold, as a device, a broker or a row of a file could; and takes it
out again. It is written the way that the drain writes: as rows, past what a document does when it is saved.

usage: hostile_texts.py SITE put|take-back FILE, with the bench's Python in its folder sites. FILE keeps what was there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe

from plant_itsm.frappe_site.records import FrappeRecords

HOSTILE = """"'><img src=hostile onerror='window.hostile=1'>\""""
"""In quotes, so that it is JSON: what is, Frappe does not clean."""
TEXT_TYPES = ("Data", "Small Text", "Text", "Long Text")
ROWS = 3
"""Of each DocType, the newest."""
READ_BY_CODE = frozenset(
	(
		*("address", "value_path", "condition_value", "host", "endpoint_url", "client_id", "time_zone"),
		*("timestamp_path", "ca_certificate_path", "client_certificate_path", "private_key_path"),
		*(
			"diagnosis_ports",
			"recurrence",
			"records",
			"stream_cursor",
			"fence_token",
			"payload",
			"ot_networks",
		),
	)
)
"""Fields that the services take apart; hostile, they would end in an error before anything is shown."""


def fields_of(doctype: str) -> list[str]:
	return [
		field.fieldname
		for field in frappe.get_meta(doctype).fields
		if field.fieldtype in TEXT_TYPES
		and not field.options
		and not field.unique
		and field.fieldname not in READ_BY_CODE
		and not field.fieldname.endswith(("_key", "currency"))
	]


def rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
	"""(DocType, name, its texts as they are) of the newest records, child rows and tickets of ours among them."""
	modules = frappe.get_all("Module Def", {"app_name": "plant_itsm"}, pluck="name")
	ours = frappe.get_all(
		"DocType", {"module": ["in", modules], "issingle": 0, "is_virtual": 0}, pluck="name"
	)
	for doctype in (*ours, "HD Ticket"):
		fields = ["subject"] if doctype == "HD Ticket" else fields_of(doctype)
		if fields:
			newest = frappe.get_all(doctype, fields=["name", *fields], order_by="creation desc", limit=ROWS)
			yield from ((doctype, str(row.pop("name")), dict(row)) for row in newest)


def put(file: Path) -> None:
	before = list(rows())
	file.write_text(json.dumps(before), encoding="utf-8")
	for doctype, name, texts in before:
		length = {name: frappe.get_meta(doctype).get_field(name).length or 140 for name in texts}
		hostile = {name: HOSTILE for name in texts if length[name] >= len(HOSTILE)}
		if hostile:
			FrappeRecords().update_many(doctype, [name], hostile)


def take_back(file: Path) -> None:
	for doctype, name, texts in json.loads(file.read_text(encoding="utf-8")):
		frappe.db.set_value(doctype, name, texts, update_modified=False)


def main(site: str, action: str, file: str) -> None:
	with frappe.init_site(site):
		frappe.connect()
		{"put": put, "take-back": take_back}[action](Path(file))
		frappe.db.commit()
		frappe.clear_cache()


if __name__ == "__main__":
	main(*sys.argv[1:])
