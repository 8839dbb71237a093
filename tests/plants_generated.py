"""Plants of any size from a seed: networks, servers, cells, with redundancy, cycles and buffers.

The same seed gives the same plant.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from plant_itsm.domain.cmdb import Cmdb, ConfigurationItem, ProductionLine, Relation, Segment, build_cmdb
from plant_itsm.domain.line_feeds import LineFeed
from plant_itsm.domain.redundancy import RedundancyGroup
from plant_itsm.domain.vocabulary import FailureTravel, LineEffect, MinUpUnit

RELATIONS_PER_CI = 2.7
CIS_PER_LINE = 120
CIS_PER_CELL = 24
CIS_PER_HALL = 2400
CROSSING_SHARE = 0.005
HALLS_PER_SITE = 12
"""A site has its own core network, so that no failure takes down a company."""


def generated_plant(cis: int, seed: int = 1) -> Cmdb:
	"""About `cis` CIs with 2.7 relations each: sites with core switches and hosts, halls with distribution switches and
	applications, cells with a switch and a PLC, and their devices. Device networks hold rings and cross-links."""
	return _Generator(random.Random(seed)).plant(cis)


@dataclass
class _Generator:
	chance: random.Random
	items: list[ConfigurationItem] = field(default_factory=list)
	relations: dict[Relation, None] = field(default_factory=dict)
	segments: list[Segment] = field(default_factory=list)
	groups: list[RedundancyGroup] = field(default_factory=list)
	lines: list[ProductionLine] = field(default_factory=list)
	cells: list[list[str]] = field(default_factory=list)

	def plant(self, cis: int) -> Cmdb:
		self._line_count = max(3, cis // CIS_PER_LINE)
		self.lines = [
			ProductionLine(f"Line {n:04}", "Plant", self.chance.randrange(50, 500))
			for n in range(self._line_count)
		]
		core: list[str] = []
		hall = 0
		while len(self.items) < cis:
			if hall % HALLS_PER_SITE == 0:
				core = self._core(hall // HALLS_PER_SITE)
			self._hall(hall, core, min(cis - len(self.items), CIS_PER_HALL))
			hall += 1
		self._cross_link(int(cis * RELATIONS_PER_CI) - len(self.relations))
		# by name and made in that order, as a store gives them
		items = [ConfigurationItem(*item) for item in sorted(self.items)]
		relations = [Relation(*relation) for relation in sorted(self.relations)]
		return build_cmdb(items, relations, self.segments, self.lines, self.groups, self._feeds())

	def _ci(self, name: str, line: str | None = None, effect: LineEffect = LineEffect.NONE) -> str:
		self.items.append(ConfigurationItem(name, "", line, effect))
		return name

	def _needs(self, ci: str, other: str) -> None:
		self.relations[Relation(ci, "depends on", other, FailureTravel.TARGET_TO_SOURCE)] = None

	def _controls(self, ci: str, other: str) -> None:
		self.relations[Relation(ci, "controls", other, FailureTravel.SOURCE_TO_TARGET)] = None

	def _rings(self, ci: str, other: str) -> None:
		self.relations[Relation(ci, "ring with", other, FailureTravel.BOTH_WAYS)] = None

	def _core(self, site: int) -> list[str]:
		"""The power feed of a site, two core switches behind it, three hosts."""
		power = self._ci(f"PWR-{site:02}")
		names = [self._ci(f"CORE-{site:02}-{n}") for n in range(2)]
		names += [self._ci(f"HOST-{site:02}-{n}") for n in range(3)]
		for name in names:
			self._needs(name, power)
		return names

	def _hall(self, hall: int, core: list[str], cis: int) -> None:
		switches = [self._ci(f"DIST-{hall:03}-{n}") for n in range(2)]
		apps = [self._ci(f"APP-{hall:03}-{n}") for n in range(4)]
		self._protect(f"Core for hall {hall:03}", core[:2], 1, switches)
		self._protect(f"Hosts for hall {hall:03}", core[2:], 67, apps, MinUpUnit.PERCENT)
		for switch in switches:
			for up in core[:2]:
				self._needs(switch, up)  # covered by the group
		for cell in range(max(1, (cis - 6) // CIS_PER_CELL)):
			self._cell(f"{hall:03}-{cell:03}", switches, apps)

	def _cell(self, cell: str, switches: list[str], apps: list[str]) -> None:
		line = self.lines[len(self.items) // CIS_PER_LINE % self._line_count].name
		switch, plc = self._ci(f"SW-{cell}"), self._ci(f"PLC-{cell}")
		devices = [self._device(cell, n, line) for n in range(CIS_PER_CELL - 2)]
		self._protect(f"Uplink of cell {cell}", switches, 1, [switch])
		self._needs(plc, self.chance.choice(apps))
		self.segments.append(Segment(f"VLAN {cell}", (switch,), (switch, plc, *devices)))
		self.cells.append(devices)
		for device in devices:
			self._controls(plc, device)
		if self.chance.random() < 0.5:  # stations that stand in for each other
			twins = self.chance.sample(devices, 3)
			group = f"Stations of cell {cell}"
			self.groups.append(RedundancyGroup(group, tuple(twins), 2, lines=(line,)))

	def _device(self, cell: str, number: int, line: str) -> str:
		chances = (LineEffect.STOPS, LineEffect.DEGRADES, LineEffect.NONE)
		return self._ci(f"DEV-{cell}-{number:02}", line, self.chance.choices(chances, (2, 1, 5))[0])

	def _protect(
		self, name: str, members: list[str], min_up: int, cis: list[str], unit: MinUpUnit = MinUpUnit.COUNT
	) -> None:
		self.groups.append(RedundancyGroup(name, tuple(members), min_up, unit, tuple(cis)))

	def _cross_link(self, count: int) -> None:
		"""More relations among the devices of a cell, some of them rings, and a few on to the next cell, until the
		plant has its number of them."""
		aim = len(self.relations) + count
		while len(self.relations) < aim:
			place = self.chance.randrange(len(self.cells))
			onward = place + (self.chance.random() < CROSSING_SHARE)
			one = self.chance.choice(self.cells[place])
			other = self.chance.choice(self.cells[onward % len(self.cells)])
			if one != other:
				self.chance.choices((self._controls, self._needs, self._rings), (8, 8, 1))[0](one, other)

	def _feeds(self) -> list[LineFeed]:
		"""Lines feed the next ones through buffers; a few feed back, as carriers that return do."""
		feeds = {}
		for place in range(len(self.lines) - 1):
			if self.chance.random() < 0.4:
				step = self.chance.choice((1, 1, 2, 3, -2))
				target = self.lines[max(0, min(len(self.lines) - 1, place + step))].name
				if target != self.lines[place].name:
					seconds = 60.0 * self.chance.randrange(0, 90)
					feeds[self.lines[place].name, target] = seconds
		return [LineFeed(source, target, seconds) for (source, target), seconds in feeds.items()]
