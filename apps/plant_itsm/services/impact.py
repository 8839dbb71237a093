"""The impact of failed CIs on the plant as its records are now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from plant_itsm.domain.cmdb import Node, StandingGroup
from plant_itsm.domain.failure_index import ReachedLines
from plant_itsm.domain.failure_reach import FailureReach
from plant_itsm.domain.graph_views import GraphView
from plant_itsm.domain.impact import Impact, impact_of
from plant_itsm.domain.root_candidates import RootCandidate, root_candidates
from plant_itsm.domain.single_points import MOST_POINTS, SinglePoint, single_points_of_failure
from plant_itsm.ports import Clock, Records
from plant_itsm.services.cost_models import all_cost_models, shifts_that_matter
from plant_itsm.services.lines import local_days, site_zones
from plant_itsm.services.snapshots import CMDB_SOURCES, KnownAs, SnapshotReader

SOURCES = (*CMDB_SOURCES, "Line Stop Cost Model")
"""The DocTypes that an impact is computed from."""


def impact_of_cis(records: Records, clock: Clock, failed: Iterable[str]) -> Impact:
	"""Lines, units per shift and money per hour of failed CIs. Raises MissingRecordError for an unknown one."""
	return ImpactModel(records).impact(failed, clock.now())


class ImpactModel:
	"""Computes impacts on a snapshot that it keeps; refresh reads anew what has changed, and edits the index of the
	snapshot where few CIs and relations have.

	One per process. The records' stamp is a few cheap queries and is asked for each time, so no version needs to be
	kept elsewhere for other processes to notice an edit at their next use.
	"""

	def __init__(self, records: Records):
		self._records = records
		self._reader = SnapshotReader(records)
		self._stamp = ""
		self.refresh()

	def refresh(self) -> None:
		stamp = self._records.stamp(SOURCES)
		if stamp != self._stamp:
			self._cmdb = self._reader.read()
			self.reach = FailureReach(self._cmdb.index)
			self._cost_models = all_cost_models(self._records)
			self._zones = site_zones(self._records)
			self._stamp = stamp

	def impact(self, failed: Iterable[str], at: datetime, standing: Iterable[str] = ()) -> Impact:
		"""Of failed CIs, and of lines that stand for whatever reason. Raises MissingRecordError for an unknown one."""
		days, shifts = local_days(self._zones, at), self._shifts(at)
		return impact_of(self._cmdb, self._cost_models, failed, days, shifts, standing=standing)

	def view(self, focus: Node, depth: int, most: int, *, is_failing: bool = False) -> GraphView:
		"""A picture of the plant around a node. Raises MissingRecordError for an unknown one."""
		return self._cmdb.graph.view(focus, depth, most, is_failing=is_failing)

	def standing_groups(self) -> dict[str, StandingGroup]:
		"""The redundancy groups by name, with the members that are in use."""
		return {group.name: group for group in self._cmdb.standing_groups}

	def known_as(self, ci: str) -> KnownAs:
		"""How people know a CI that is in use."""
		return self._reader.known_as[ci]

	def local_time(self, at: datetime, plant_site: str | None) -> datetime:
		"""A moment as the clocks of a Plant Site show it; in UTC where no site is known."""
		return at.astimezone(self._zones.get(plant_site or "", timezone.utc))

	def holds_ci(self, name: str) -> bool:
		return self._cmdb.holds_ci(name)

	def lines_of_ci(self, name: str) -> ReachedLines:
		"""The lines that a failure of one CI alone reaches. Raises MissingRecordError for an unknown one."""
		return self._cmdb.index.lines_of_ci(name)

	def upstream_of(self, name: str) -> list[str]:
		"""The CIs whose failure may bring one down, itself included. Raises MissingRecordError for an unknown one."""
		return self._cmdb.index.upstream_of(name)

	def root_candidates(self, failed: Iterable[str]) -> tuple[RootCandidate, ...]:
		"""Which CI may be behind a set of failed ones, the best candidate first."""
		return root_candidates(self._cmdb, failed)

	def single_points_of_failure(self, at: datetime, most: int = MOST_POINTS) -> tuple[SinglePoint, ...]:
		"""The CIs with most money per hour at risk, priced as of a moment."""
		return single_points_of_failure(
			self._cmdb, self._cost_models, local_days(self._zones, at), most, self._shifts(at)
		)

	def _shifts(self, at: datetime) -> dict[str, str]:
		return shifts_that_matter(self._records, self._cost_models, at)
