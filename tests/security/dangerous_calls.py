"""The rule against calls that run or unpack what comes from outside, go past TLS, or go past Frappe's permissions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.security.sources import Finding, nodes, word_of

CALLS = frozenset(
	(
		*(
			"eval",
			"exec",
			"safe_eval",
			"safe_exec",
			"compile_command",
			"system",
			"popen",
			"mktemp",
			"extractall",
		),
		*("tls_insecure_set", "_create_unverified_context", "md5", "sha1", "import_xml", "set_user"),
	)
)
MODULES = (
	"pickle",
	"marshal",
	"shelve",
	"dill",
	"joblib",
	"yaml",
	"xml",
	"lxml",
	"telnetlib",
	"ftplib",
	"tarfile",
)
ATTRIBUTES = frozenset(("CERT_NONE", "PROTOCOL_SSLv23", "PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1"))
KEYWORDS = {"shell": True, "verify": False, "check_hostname": False, "ignore_permissions": True}
"""Keyword arguments that are not to have this value."""


def dangerous_calls(name: str, source: str) -> list[Finding]:
	return [
		Finding(place, word, getattr(node, "lineno", 0))
		for place, node in nodes(name, source)
		for word in _words(node)
	]


def _words(node: ast.AST) -> Iterator[str]:
	if isinstance(node, ast.Call):
		if word_of(node.func) in CALLS:
			yield word_of(node.func)
		for keyword in node.keywords:
			if keyword.arg in KEYWORDS and not _is_other_constant(keyword):
				yield keyword.arg
	elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
		yield node.attr
	elif isinstance(node, ast.Assign):
		yield from _assigned(node)
	elif isinstance(node, ast.Import | ast.ImportFrom):
		found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
		yield from (module for module in found if module.split(".")[0] in MODULES)


def _is_other_constant(keyword: ast.keyword) -> bool:
	return isinstance(keyword.value, ast.Constant) and keyword.value.value is not KEYWORDS[keyword.arg or ""]


def _assigned(node: ast.Assign) -> Iterator[str]:
	"""context.check_hostname = False, doc.flags.ignore_permissions = True."""
	for target in node.targets:
		word = word_of(target)
		if isinstance(target, ast.Attribute) and word in KEYWORDS:
			value = node.value
			if not isinstance(value, ast.Constant) or value.value is KEYWORDS[word]:
				yield word
