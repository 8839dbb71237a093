"""A plant for floods: cells with a switch and the robots of its VLAN, as CSV files, and the alarms of an outage."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.plants import BenchPlant, write_folder, write_plant


@dataclass(frozen=True)
class FloodPlant:
	"""Cells of equal size, each on lines of its own: `cells` switches are the roots of everything that happens."""

	cells: int = 20
	cis_per_cell: int = 40
	prefix: str = "Flood"

	@property
	def cis(self) -> int:
		return self.cells * self.cis_per_cell

	@property
	def base(self) -> BenchPlant:
		"""With one CI more, which is not flooded: the first incident of all finds every cache cold."""
		return BenchPlant(self.cis + 1, self.prefix)

	@property
	def spare(self) -> int:
		return self.cis

	@property
	def roots(self) -> list[int]:
		"""The numbers of the switches among the CIs of the base: the first of each cell."""
		return list(range(0, self.cis, self.cis_per_cell))

	def write(self, folder: Path) -> Path:
		write_plant(folder, self.base)
		rows: list[tuple[object, ...]] = []
		for root in self.roots:
			segment = (f"{self.prefix} VLAN {root:05}", f"{self.prefix} Plant")
			rows.append((*segment, self.base.ci_name(root), "Switch"))
			robots = range(root + 1, root + self.cis_per_cell)
			rows += [("", "", self.base.ci_name(number), "Device") for number in robots]
		write_folder(folder, "Network Segment", "segment_name,plant_site,members.ci,members.role", rows)
		return folder

	def alarms(self, count: int, began: datetime) -> list[tuple[str, bytes]]:
		"""(topic, payload) of `count` alarms within a second: every CI is down and says so again and again; which one
		is heard first is chance, the same for each run."""
		chance = random.Random(1)
		numbers = [n % self.cis for n in range(count)]
		chance.shuffle(numbers)
		return [
			(self.base.topic(number), _offline(began + timedelta(seconds=place / count)))
			for place, number in enumerate(numbers)
		]


def _offline(at: datetime) -> bytes:
	return json.dumps({"state": "OFFLINE", "ts": at.isoformat()}).encode()
