"""docs/permissions.md out of the DocTypes' JSON and the table of methods: `make docs-permissions`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from plant_itsm.tests.method_rights import METHODS, ROLES
from plant_itsm.tests.role_profiles import PROFILES

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "apps" / "plant_itsm"
PAGE = REPOSITORY / "docs" / "permissions.md"
INTRODUCTION = Path(__file__).with_name("permissions.md")
SHORT = 4
LETTERS = {
	"read": "r",
	"write": "w",
	"create": "c",
	"delete": "d",
	"submit": "s",
	"cancel": "x",
	"amend": "a",
}


def page() -> str:
	"""The whole page: what people wrote, then the tables."""
	tables = {"profiles": profiles(), "doctypes": "\n".join(doctypes()), "methods": methods()}
	text = INTRODUCTION.read_text("utf-8")
	for name, table in tables.items():
		text = text.replace(f"<!-- {name} -->", table)
	return text


def profiles() -> str:
	rows = [(name, ", ".join(roles)) for name, roles in PROFILES.items()]
	return _table(("Role Profile", "Roles"), rows)


def doctypes() -> Iterator[str]:
	"""One table per module; a row says for each role what it may do."""
	by_module: dict[str, list[dict[str, Any]]] = defaultdict(list)
	for file in sorted(PACKAGE.glob("*/doctype/*/*.json")):
		doctype = json.loads(file.read_text("utf-8"))
		if (
			doctype.get("doctype") == "DocType"
			and not doctype.get("istable")
			and "embedded" not in file.parts
		):
			by_module[doctype["module"]].append(doctype)
	for module, found in sorted(by_module.items()):
		rows = [(one["name"], *rights(one)) for one in sorted(found, key=lambda one: one["name"])]
		yield f"### {module}\n\n{_table(('DocType', *ROLES), rows)}\n"


def rights(doctype: dict[str, Any]) -> list[str]:
	"""What each of ROLES may do. Raises KeyError for a role that the page does not know."""
	found = dict.fromkeys(ROLES, "")
	for permission in sorted(doctype["permissions"], key=lambda one: one.get("permlevel") or 0):
		letters = "".join(letter for right, letter in LETTERS.items() if permission.get(right))
		level = permission.get("permlevel") or 0
		known = found[permission["role"]]
		owned = "°" if permission.get("if_owner") else ""
		text = f"{level}:{letters}{owned}" if level else f"{letters}{owned}"
		found[permission["role"]] = f"{known} {text}".strip()
	return list(found.values())


def methods() -> str:
	rows = [(f"`{name}`", _named(roles)) for name, roles in sorted(METHODS.items())]
	return _table(("Method of plant_itsm.api", "Roles"), rows)


def _named(roles: Iterable[str]) -> str:
	"""All but a few are told by those few."""
	missing = [role for role in ROLES if role not in roles]
	if len(missing) <= SHORT:
		return f"all but {', '.join(missing)}" if missing else "all"
	return ", ".join(role for role in ROLES if role in roles) or "none by itself"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
	header = list(header)
	lines = [header, ["---"] * len(header), *rows]
	return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
	PAGE.write_text(page(), "utf-8")
