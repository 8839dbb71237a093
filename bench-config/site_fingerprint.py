"""What a site holds, table by table, so that two states of it can be compared.

Run with the Python of a bench, in its folder `sites`:
    ../env/bin/python .../site_fingerprint.py SITE save FILE      note the state of the site
    ../env/bin/python .../site_fingerprint.py SITE compare FILE   print what differs from it; exit 1 when something does

Rows count by what they say: the moment of their last change and, because Frappe writes some lists anew with new names,
the names of rows of child tables are left out.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import frappe

Fingerprint = dict[str, dict[str, Any]]
UNSAID = {"modified", "modified_by", "creation", "owner"}
UNSAID_IN_CHILD_TABLES = {"name"}
UNSAID_SINGLES = {"modified", "modified_by", "creation", "owner"}
OWN_LIFE = {
	"tabError Log": "written by whatever fails meanwhile",
	"tabScheduled Job Log": "written by the scheduler",
	"tabScheduled Job Type": "compared without the time of the last execution",
	"tabSessions": "written by whoever logs in",
}
OWN_LIFE_COLUMNS = {"tabScheduled Job Type": {"last_execution"}}


def fingerprint() -> Fingerprint:
	tables = sorted(row[0] for row in frappe.db.sql("show tables"))
	skipped = {table for table in OWN_LIFE if table not in OWN_LIFE_COLUMNS}
	return {table: _table(table) for table in tables if table not in skipped}


def _table(table: str) -> dict[str, Any]:
	columns = frappe.db.sql(f"show columns from `{table}`", as_dict=True)
	indexes = frappe.db.sql(f"show index from `{table}`", as_dict=True)
	unsaid = UNSAID | OWN_LIFE_COLUMNS.get(table, set())
	if any(column.Field == "parenttype" for column in columns):
		unsaid = unsaid | UNSAID_IN_CHILD_TABLES
	rows: Counter[str] = Counter()
	for row in frappe.db.sql(f"select * from `{table}`", as_dict=True):
		if table != "tabSingles" or row.field not in UNSAID_SINGLES:
			rows[_digest({key: value for key, value in row.items() if key not in unsaid})] += 1
	return {
		"columns": [f"{column.Field} {column.Type}" for column in columns],
		"indexes": sorted({f"{index.Key_name} {index.Column_name}" for index in indexes}),
		"rows": dict(rows),
	}


def _digest(row: dict[str, Any]) -> str:
	text = json.dumps(row, default=str, sort_keys=True)
	return f"{hashlib.sha256(text.encode()).hexdigest()[:16]} {text[:300]}"


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
	found = [f"table {table} is left" for table in sorted(set(after) - set(before))]
	found += [f"table {table} is gone" for table in sorted(set(before) - set(after))]
	for table in sorted(set(before) & set(after)):
		for part in ("columns", "indexes", "rows"):
			was, is_now = Counter(before[table][part]), Counter(after[table][part])
			found += [f"{table}: {part}: left: {one}" for one in (is_now - was)]
			found += [f"{table}: {part}: gone: {one}" for one in (was - is_now)]
	return found


def main(site: str, action: str, file: str) -> int:
	frappe.init(site, sites_path=".")
	frappe.connect()
	state = fingerprint()
	if action == "save":
		Path(file).write_text(json.dumps(state))
		print(
			f"{site}: {len(state)} tables, {sum(sum(t['rows'].values()) for t in state.values())} rows noted"
		)
		return 0
	found = differences(json.loads(Path(file).read_text()), state)
	print("\n".join(found) or f"{site}: as it was, {len(state)} tables")
	return 1 if found else 0


if __name__ == "__main__":
	sys.exit(main(*sys.argv[1:]))
