"""What browsing an OT Connection finds, for a terminal and for a form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from plant_itsm.domain.rules import as_text

SHOWN = 120


@dataclass(frozen=True)
class BrowseLimits:
	"""depth and items bound the tree of a server, items the topics of a broker, seconds how long one listens there."""

	depth: int = 3
	items: int = 500
	seconds: float = 3.0


@dataclass(frozen=True)
class BrowsedItem:
	"""A node, a topic, a value within the document of a topic, or what tells of alarms.

	address and value_path: as a Signal Rule names it. kind: node class or type of the value. value: its text, cut; None
	where there is none.
	"""

	address: str
	name: str
	depth: int
	kind: str
	value: str | None = None
	value_path: str | None = None

	def line(self) -> str:
		value = "" if self.value is None else f" = {self.value}"
		place = f"   {self.address}" if self.value_path is None else ""
		return f"{'  ' * self.depth}{self.name} [{self.kind}]{value}{place}"


@dataclass(frozen=True)
class Browsed:
	"""is_whole: False when a limit cut something off."""

	items: tuple[BrowsedItem, ...]
	is_whole: bool

	def as_json(self) -> dict[str, Any]:
		return asdict(self)

	def lines(self) -> Iterator[str]:
		yield from (item.line() for item in self.items)
		if not self.is_whole:
			yield "There is more: look under a part of it, or raise the limits."


def shown(value: Any) -> str:
	"""A value as a person reads it, cut."""
	text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else as_text(value)
	return cut(text)


def cut(text: str) -> str:
	"""A text that fits into a row."""
	return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
