"""Our own source as syntax trees: what the rules of this folder look at."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "apps" / "plant_itsm"


@dataclass(frozen=True)
class Finding:
	"""place: `file::function`, the name by which an exception is listed. word: what was found there."""

	place: str
	word: str
	line: int

	@property
	def key(self) -> tuple[str, str]:
		return self.place, self.word


@functools.cache
def modules() -> tuple[tuple[str, str], ...]:
	"""(path inside the package, source) of each module that runs in production."""
	named = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
	return tuple(
		(name, path.read_text(encoding="utf-8"))
		for name, path in named.items()
		if not name.startswith("tests/")
	)


@functools.cache
def nodes(name: str, source: str) -> tuple[tuple[str, ast.AST], ...]:
	"""Every node of a module with its place: the path and the innermost function or class around it."""
	return tuple(_walk(ast.parse(source, name), name, ""))


def _walk(node: ast.AST, name: str, inside: str) -> Iterator[tuple[str, ast.AST]]:
	for child in ast.iter_child_nodes(node):
		yield f"{name}::{inside}", child
		named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
		deeper = f"{inside}.{child.name}".lstrip(".") if named else inside
		yield from _walk(child, name, deeper)


def word_of(node: ast.AST) -> str:
	"""The last part of a name or of a dotted name; "" for anything else."""
	if isinstance(node, ast.Attribute):
		return node.attr
	return node.id if isinstance(node, ast.Name) else ""
