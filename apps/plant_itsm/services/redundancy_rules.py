"""What redundancy groups, line feeds and hierarchical relations must satisfy."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from plant_itsm.domain.cmdb import check_relation
from plant_itsm.domain.hierarchy import check_hierarchy
from plant_itsm.domain.line_feeds import check_line_feed
from plant_itsm.domain.redundancy import Dependent, check_redundancy_group
from plant_itsm.domain.vocabulary import MinUpUnit
from plant_itsm.ports import Record, Records
from plant_itsm.services.cmdb_tree import tops_of


def redundancy_group(records: Records, record: Record) -> None:
	check_redundancy_group(
		record["group_name"],
		[row["ci"] for row in record.get("members") or ()],
		record["min_up"],
		MinUpUnit(record["min_up_unit"]),
		[
			Dependent(row.get("ci"), row.get("production_line"), row.get("network_segment"))
			for row in record.get("dependents") or ()
		],
	)


def line_feed(records: Records, record: Record) -> None:
	check_line_feed(record["from_line"], record["to_line"], record.get("buffer_minutes") or 0.0)


def ci_relation(records: Records, record: Record) -> None:
	source, kind, target = record["source_ci"], record["relation_type"], record["target_ci"]
	check_relation(source, kind, target)
	relation_type = records.get("CI Relation Type", kind)
	if relation_type is not None and relation_type["is_hierarchy"]:

		def targets_of(cis: Collection[str]) -> Iterator[tuple[str, str]]:
			return tops_of(records, kind, cis, but=record.get("name"))

		check_hierarchy(source, kind, target, targets_of)
