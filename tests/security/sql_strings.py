"""The rule that no SQL is written as text: what a user enters cannot become a part of a statement then."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.security.sources import Finding, nodes, word_of

WORDS = frozenset(("sql", "multisql", "sql_ddl", "sql_list", "exec_driver_sql", "executescript", "RawSQL"))
"""Calls that take a statement as text, whatever they are given."""


def sql_strings(name: str, source: str) -> list[Finding]:
	"""Where a module gives a database a statement as text."""
	takes_text = "sqlalchemy" in source
	return [
		Finding(place, word, node.lineno)
		for place, node in nodes(name, source)
		if isinstance(node, ast.Call)
		for word in _words(node, takes_text)
	]


def _words(call: ast.Call, takes_text: bool) -> Iterator[str]:
	word = word_of(call.func)
	is_text = word == "text" and takes_text and isinstance(call.func, ast.Name)
	is_executed = word in ("execute", "executemany") and call.args
	if word in WORDS or is_text or (is_executed and isinstance(call.args[0], ast.Constant | ast.JoinedStr)):
		yield word
