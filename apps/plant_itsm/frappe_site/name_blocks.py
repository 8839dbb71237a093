"""Names out of a series, taken a few at a time by a transaction that needs many of them."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

import frappe

MOST_AT_ONCE = 64
_BLOCKS = "plant_itsm_name_blocks"
_NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>\d+)")


@dataclass
class _Block:
	"""last: the number up to which names were taken from the series. left: those that nobody has got yet."""

	prefix: str
	digits: int
	last: int
	size: int = 1
	left: deque[str] = field(default_factory=deque)

	def fill(self) -> None:
		"""Take the next names, more each time. The series is ours until the transaction ends: it is locked."""
		self.size = min(2 * self.size, MOST_AT_ONCE)
		numbers = range(self.last + 1, self.last + self.size + 1)
		self._set_series(numbers[-1])
		self.left.extend(f"{self.prefix}{number:0{self.digits}d}" for number in numbers)
		self.last = numbers[-1]

	def give_back(self) -> None:
		"""So that the numbers of a series have no gaps."""
		if self.left:
			self._set_series(self.last - len(self.left))

	def _set_series(self, current: int) -> None:
		series = frappe.qb.DocType("Series")
		frappe.qb.update(series).set(series.current, current).where(series.name == self.prefix).run()


def next_name(doctype: str) -> str:
	"""The next name of a DocType whose controller numbers its records, inside a transaction that calls give_back."""
	blocks = frappe.flags.setdefault(_BLOCKS, {})
	block: _Block | None = blocks.get(doctype)
	if block is None:
		name = single_name(doctype)
		found = _NUMBERED.fullmatch(name)
		if found is not None:
			number = found["number"]
			blocks[doctype] = _Block(found["prefix"], len(number), int(number))
		return name
	if not block.left:
		block.fill()
	return block.left.popleft()


def single_name(doctype: str) -> str:
	"""The next name as the controller of a DocType makes it."""
	doc = frappe.get_doc({"doctype": doctype})
	doc.run_method("autoname")
	return str(doc.name)


def give_back() -> None:
	"""Return the names that were not needed; before anybody else numbers a record, and before a commit."""
	for block in frappe.flags.pop(_BLOCKS, {}).values():
		block.give_back()


def forget() -> None:
	"""After a rollback, which has returned them all."""
	frappe.flags.pop(_BLOCKS, None)
