"""What is wrong in the files of a plant: where, which value, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SENTENCE_END = re.compile(r"\.(?=\s+[A-Z])")


@dataclass(frozen=True)
class Problem:
	"""One problem. source: the file, or the sheet of a workbook. line: from 1, the header included; None for the whole
	source. column: the fieldname, `table.field` in a child table. dependents: how many other rows link to this one."""

	source: str
	line: int | None
	text: str
	column: str = ""
	value: str = ""
	dependents: int = 0

	@property
	def place(self) -> str:
		return self.source if self.line is None else f"{self.source}:{self.line}"

	@property
	def what(self) -> str:
		"""What is wrong, without the way out."""
		masked = self.text.replace(self.value, "x" * len(self.value)) if self.value else self.text
		found = _SENTENCE_END.search(masked)  # not the full stop of a value
		return self.text[: found.end()] if found else self.text

	@property
	def way_out(self) -> str:
		return self.text[len(self.what) :].strip()

	def with_dependents(self, rows: int) -> Problem:
		return replace(self, dependents=rows)

	def __str__(self) -> str:
		note = f" ({_rows(self.dependents)} on it.)" if self.dependents else ""
		place = f"{self.place}: " if self.place else ""
		return f"{place}{self.text}{note}"


def _rows(count: int) -> str:
	return "1 other row depends" if count == 1 else f"{count} other rows depend"
