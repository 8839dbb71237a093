"""The impact of failed CIs in the slowest and plainest way: apply every rule to plain dicts until nothing changes.

Nothing of the engine is used here, only the records of the plant. It is what the engine is held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from plant_itsm.domain.cmdb import Cmdb


@dataclass(frozen=True)
class NaiveImpact:
	affected: frozenset[str]
	stops: dict[str, float]
	degraded: frozenset[str]


class NaivePlant:
	def __init__(self, cmdb: Cmdb):
		self._cmdb = cmdb
		self._groups = [group for group in cmdb.groups if any(ci in cmdb.items for ci in group.members)]
		self._covered = {
			(member, kind, name)
			for group in self._groups
			for member in group.members
			for kind, names in (("ci", group.cis), ("line", group.lines), ("segment", group.segments))
			for name in names
		}
		self._arrows = [arrow for relation in cmdb.relations for arrow in self._arrows_of(relation)]

	def _arrows_of(self, relation):
		there, back = (relation.source, relation.target), (relation.target, relation.source)
		arrows = {
			"Source to Target": [there],
			"Target to Source": [back],
			"Both Ways": [there, back],
			"Not at All": [],
		}[str(relation.failure_travels)]
		items = self._cmdb.items
		return [(a, b) for a, b in arrows if a in items and b in items and (a, "ci", b) not in self._covered]

	def impact(self, failed) -> NaiveImpact:
		down, dark, lost = set(failed), set(), set()
		while True:
			size = len(down), len(dark), len(lost)
			down |= {b for a, b in self._arrows if a in down}
			self._darken(down, dark)
			self._lose(down, dark, lost)
			if size == (len(down), len(dark), len(lost)):
				break
		stopped, degraded = self._lines(down, lost)
		stops = self._with_feeds(stopped)
		return NaiveImpact(frozenset(down - set(failed)), stops, frozenset(degraded - stops.keys()))

	def _darken(self, down, dark):
		for segment in self._cmdb.segments:
			carriers = {sw for sw in segment.switches if (sw, "segment", segment.name) not in self._covered}
			if carriers & down:
				dark.add(segment.name)
			if segment.name in dark:
				down |= {ci for ci in segment.members if ci in self._cmdb.items}

	def _lose(self, down, dark, lost):
		for group in self._groups:
			members = {ci for ci in group.members if ci in self._cmdb.items}
			share = group.min_up / 100 * len(members) if str(group.unit) == "Percent" else group.min_up
			wanted = min(ceil(round(share, 9)), len(members))
			if len(members - down) < wanted:
				lost.add(group.name)
				down |= {ci for ci in group.cis if ci in self._cmdb.items}
				dark |= {name for name in group.segments}

	def _lines(self, down, lost):
		stopped = {line for group in self._groups if group.name in lost for line in group.lines}
		degraded = set()
		for name in down:
			item = self._cmdb.items[name]
			if (name, "line", item.production_line) in self._covered:
				continue
			if str(item.line_effect) == "Stops Line":
				stopped.add(item.production_line)
			elif str(item.line_effect) == "Degrades Line":
				degraded.add(item.production_line)
		return stopped & self._cmdb.lines.keys(), degraded & self._cmdb.lines.keys()

	def _with_feeds(self, stopped):
		seconds = {line: 0.0 for line in stopped}
		changed = True
		while changed:
			changed = False
			for feed in self._cmdb.feeds:
				if feed.from_line in seconds and feed.to_line in self._cmdb.lines:
					arrival = seconds[feed.from_line] + feed.buffer_seconds
					if arrival < seconds.get(feed.to_line, float("inf")):
						seconds[feed.to_line] = arrival
						changed = True
		return seconds
