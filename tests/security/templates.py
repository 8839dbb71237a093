"""The rule for templates: what a record says is escaped where it gets into HTML. Frappe's Jinja does not do it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.security.sources import PACKAGE

ESCAPING = frozenset(("e", "escape", "tojson", "urlencode", "int", "float", "round", "length", "format"))
"""Filters whose result holds no HTML of a record; format is for numbers here."""
HARMLESS_CALLS = frozenset(("_", "fmt_money", "formatdate", "format_datetime", "ci_qr_code", "form_qr_code"))
"""What they give: words of ours, figures, moments, pictures of ours."""


NUMERIC = frozenset(("Int", "Float", "Currency", "Percent", "Check", "Date", "Datetime", "Rating"))


def templates() -> Iterator[tuple[str, str]]:
	"""(path inside the package, source) of each template that a site renders, print formats among them."""
	for file in sorted(PACKAGE.rglob("*.html")):
		if "embedded" not in file.parts:  # its Jinja escapes by itself
			yield file.relative_to(PACKAGE).as_posix(), file.read_text(encoding="utf-8")
	for file in sorted(PACKAGE.glob("*/print_format/*/*.json")):
		html = json.loads(file.read_text(encoding="utf-8")).get("html")
		if html:
			yield file.relative_to(PACKAGE).as_posix(), html


def unescaped(source: str) -> Iterator[tuple[int, nodes.Node]]:
	"""(line, expression) of each output that may put the text of a record into the page as it is."""
	tree = Environment().parse(source)
	macros = {macro.name for macro in tree.find_all(nodes.Macro)}
	for output in tree.find_all(nodes.Output):
		for one in output.nodes:
			if not _is_harmless(one, HARMLESS_CALLS | macros):
				yield one.lineno, one


@functools.cache
def numbers() -> frozenset[str]:
	"""Names that are those of numbers in every DocType that has such a field."""
	kinds: dict[str, set[str]] = {}
	for file in PACKAGE.glob("*/doctype/*/*.json"):
		for field in json.loads(file.read_text(encoding="utf-8")).get("fields", ()):
			kinds.setdefault(field["fieldname"], set()).add(field["fieldtype"])
	return frozenset(name for name, found in kinds.items() if found <= NUMERIC)


def _is_harmless(node: nodes.Node, calls: frozenset[str]) -> bool:
	if isinstance(node, nodes.TemplateData | nodes.Const):
		return True
	if isinstance(node, nodes.Filter):
		return node.name in ESCAPING
	if isinstance(node, nodes.Getattr):
		return node.attr in numbers()
	if isinstance(node, nodes.Mul | nodes.Mod):
		return True
	if isinstance(node, nodes.Call):
		return _name(node.node) in calls or _is_of_a_number(node)
	if isinstance(node, nodes.CondExpr):
		return all(_is_harmless(one, calls) for one in (node.expr1, node.expr2) if one is not None)
	if isinstance(node, nodes.Or | nodes.And | nodes.Add | nodes.Concat):
		return all(_is_harmless(one, calls) for one in node.iter_child_nodes())
	return False


def _is_of_a_number(call: nodes.Call) -> bool:
	"""doc.get_formatted("years"), frappe.format(value, {"fieldtype": "Datetime"}), _("{0} %").format("%g" % …)."""
	name, given = _name(call.node), call.args
	if name == "get_formatted":
		return isinstance(given[0], nodes.Const) and given[0].value in numbers()
	if name == "format" and isinstance(call.node, nodes.Getattr):
		return all(
			isinstance(one, nodes.Mod | nodes.Dict) or _name(one) in ("value", "currency") for one in given
		)
	return False


def _name(node: nodes.Node) -> str:
	return node.attr if isinstance(node, nodes.Getattr) else getattr(node, "name", "")
