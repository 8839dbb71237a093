"""The rules for what can be called over the network: no guest, declared HTTP methods, all annotated, right checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.security.sources import nodes, word_of

CHECKS = frozenset(("has_permission", "check_permission", "only_for", "get_list", "get_roles"))
"""What asks for the right of the user; get_list gives nothing that they may not read."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Endpoint:
	"""name: `file::function`. rate_limited: whether one address may call it only so often."""

	name: str
	problems: tuple[str, ...]
	allows_guests: bool
	rate_limited: bool


def endpoints(name: str, source: str) -> list[Endpoint]:
	"""Every whitelisted method of a module."""
	functions = {node.name: node for _, node in nodes(name, source) if isinstance(node, Function)}
	return [
		Endpoint(
			f"{name}::{function.name}",
			tuple(_problems(function, whitelist, functions)),
			_is_true(whitelist, "allow_guest"),
			any(_called(one) == "rate_limit" for one in function.decorator_list),
		)
		for function in functions.values()
		for whitelist in function.decorator_list
		if _called(whitelist) == "whitelist"
	]


def _called(decorator: ast.expr) -> str:
	return word_of(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _is_true(decorator: ast.expr, option: str) -> bool:
	given = [one.value for one in getattr(decorator, "keywords", ()) if one.arg == option]
	return bool(given) and not (isinstance(given[0], ast.Constant) and not given[0].value)


def _problems(function: Function, whitelist: ast.expr, functions: dict[str, Function]) -> Iterator[str]:
	arguments = function.args
	given = [
		*arguments.posonlyargs,
		*arguments.args,
		*arguments.kwonlyargs,
		arguments.vararg,
		arguments.kwarg,
	]
	for argument in given:
		if argument is not None and argument.annotation is None and argument.arg != "self":
			yield f"{argument.arg} is not annotated"
	if function.returns is None:
		yield "what it returns is not annotated"
	if not any(one.arg == "methods" for one in getattr(whitelist, "keywords", ())):
		yield "its HTTP methods are not declared"
	if not _asks_for_the_right(function, functions, set()):
		yield "it asks for no right"


def _asks_for_the_right(function: Function, functions: dict[str, Function], seen: set[str]) -> bool:
	"""By itself, or by a function of the same module that it calls."""
	seen.add(function.name)
	called = {word_of(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
	if called & CHECKS:
		return True
	return any(
		_asks_for_the_right(functions[one], functions, seen) for one in called & functions.keys() - seen
	)
