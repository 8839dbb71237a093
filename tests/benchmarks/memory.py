"""How a process's memory grows over a run."""

from __future__ import annotations

from pathlib import Path

WARM = 0.1
"""The share of a run after which caches are filled and growth counts."""


def resident_mb(pid: int | str = "self") -> float:
	"""Resident memory of a process, in MB (Linux)."""
	for line in Path(f"/proc/{pid}/status").read_text().splitlines():
		if line.startswith("VmRSS:"):
			return int(line.split()[1]) / 1024
	raise ProcessLookupError(f"process {pid} has ended")


class MemoryWatch:
	def __init__(self, pid: int | str = "self"):
		self._pid = pid
		self._warm: float | None = None
		self._most = 0.0

	def look(self, share_done: float) -> None:
		if share_done < WARM:
			return
		now = resident_mb(self._pid)
		self._warm = now if self._warm is None else self._warm
		self._most = max(self._most, now)

	@property
	def growth_mb(self) -> float:
		"""From the warm state to the most."""
		return round(self._most - (self._warm or self._most), 1)
