"""The impact of failed CIs on the plant as its records are now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plant_itsm.domain.cmdb import Cmdb, ConfigurationItem, Relation, Segment, build_cmdb
from plant_itsm.domain.impact import Impact, impact_of
from plant_itsm.domain.vocabulary import CIStatus, FailureTravel, LineEffect, SegmentRole
from plant_itsm.ports import Clock, Records
from plant_itsm.services.cmdb_tree import with_tree
from plant_itsm.services.cost_models import all_cost_models
from plant_itsm.services.lines import local_days, production_lines

SOURCES = (
	"Plant Site",
	"Plant Area",
	"Production Line",
	"OT CI",
	"CI Relation",
	"CI Relation Type",
	"Network Segment",
	"Line Stop Cost Model",
)
"""The DocTypes that an impact is computed from."""


def impact_of_cis(records: Records, clock: Clock, failed: Iterable[str]) -> Impact:
	"""Lines, units per shift and money per hour of failed CIs. Raises MissingRecordError for an unknown one."""
	return ImpactModel(records).impact(failed, clock.now())


class ImpactModel:
	"""Computes impacts on a graph that it keeps; refresh reads it anew when one of its sources has changed."""

	def __init__(self, records: Records):
		self._records = records
		self._stamp = ""
		self.refresh()

	def refresh(self) -> None:
		stamp = self._records.stamp(SOURCES)
		if stamp != self._stamp:
			self._cmdb = load_cmdb(self._records)
			self._cost_models = all_cost_models(self._records)
			self._stamp = stamp

	def impact(self, failed: Iterable[str], at: datetime) -> Impact:
		return impact_of(self._cmdb, self._cost_models, failed, local_days(self._records, at))

	def holds_ci(self, name: str) -> bool:
		return self._cmdb.holds_ci(name)


def load_cmdb(records: Records) -> Cmdb:
	"""The graph of all CIs in use."""
	travels = {row["name"]: FailureTravel(row["failure_travels"]) for row in records.find("CI Relation Type")}
	items = records.find("OT CI", {"status": CIStatus.ACTIVE})
	relations = [
		Relation(row["source_ci"], row["relation_type"], row["target_ci"], travels[row["relation_type"]])
		for row in records.find("CI Relation")
	]
	return build_cmdb(
		items=[
			ConfigurationItem(
				name=row["name"],
				ci_class=row["ci_class"],
				production_line=row["production_line"],
				line_effect=LineEffect(row["line_effect"] or LineEffect.STOPS),
			)
			for row in items
		],
		relations=with_tree(relations, items, travels),
		segments=_segments(records),
		lines=production_lines(records),
	)


def _segments(records: Records) -> list[Segment]:
	members: dict[str, list[str]] = {}
	switches: dict[str, list[str]] = {}
	for row in records.find("Network Segment Member", {"parenttype": "Network Segment"}):
		members.setdefault(row["parent"], []).append(row["ci"])
		if row["role"] == SegmentRole.SWITCH:
			switches.setdefault(row["parent"], []).append(row["ci"])
	return [
		Segment(
			segment["name"], tuple(switches.get(segment["name"], ())), tuple(members.get(segment["name"], ()))
		)
		for segment in records.find("Network Segment")
	]
