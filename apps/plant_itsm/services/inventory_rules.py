"""The rules of the OT inventory, problem by problem: a form refuses with the first one, an import tells them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plant_itsm.domain.ci_tree import TreeItem, children_problems, parent_problems
from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.hierarchy import check_hierarchy
from plant_itsm.domain.inventory import (
	address_problems,
	life_cycle_problems,
	mac_address_problems,
	serial_no_problems,
)
from plant_itsm.domain.program_versions import version_problems
from plant_itsm.domain.vocabulary import CIStatus, EquipmentLevel
from plant_itsm.ports import Record, Records
from plant_itsm.services.cmdb_tree import PART_OF, tops_of
from plant_itsm.services.lines import site_of_line
from plant_itsm.services.program_versions import DOCTYPE as PROGRAM_VERSION
from plant_itsm.services.program_versions import program_version

Problems = Iterator[InvalidRecordError]


def problems_of(records: Records, doctype: str, record: Record) -> Problems:
	"""What is wrong with a record. A field that an import could not read is left out, and then not judged; those that
	make up the name are always there."""
	find = _PROBLEMS.get(doctype)
	if find is not None:
		yield from find(records, record)


def _ci(records: Records, record: Record) -> Problems:
	what = f"OT CI {record['ci_name']}"
	yield from mac_address_problems(what, record.get("mac_address"))
	yield from life_cycle_problems(what, record.get("commissioned_on"), record.get("end_of_life_on"))
	yield from _serial_no(records, what, record)
	yield from _place(records, what, record)
	yield from _tree(records, record)


def _serial_no(records: Records, what: str, record: Record) -> Problems:
	manufacturer, serial_no = record.get("manufacturer"), record.get("serial_no")
	if not (manufacturer and serial_no) or record.get("status") == CIStatus.RETIRED:
		return
	others = [
		row["name"]
		for row in records.find("OT CI", {"serial_no": serial_no})
		if row["serial_no"] == serial_no  # a site's database takes a for A
		and row["manufacturer"] == manufacturer
		and row["status"] != CIStatus.RETIRED
		and row["name"] != record.get("name")
	]
	yield from serial_no_problems(what, manufacturer, serial_no, others)


def _place(records: Records, what: str, record: Record) -> Problems:
	line, site = record.get("production_line"), record.get("plant_site")
	cell = records.get("Work Cell", record["work_cell"]) if record.get("work_cell") else None
	is_known = cell is not None and cell["production_line"] and "production_line" in record
	if cell is not None and is_known and cell["production_line"] != line:
		yield InvalidRecordError(
			f"{what}: work cell {cell['name']} is in {cell['production_line']}, not in {line or 'no line'}."
			f" Enter {cell['production_line']} as production line, or another work cell.",
			fieldname="work_cell",
			value=cell["name"],
		)
	line_site = _site_name(records, line) if line else None
	if line_site and site and line_site != site:
		yield InvalidRecordError(
			f"{what}: production line {line} is at {line_site}, not at {site}. Enter a line of {site}, or none.",
			fieldname="production_line",
			value=line,
		)


def _site_name(records: Records, line: str) -> str | None:
	try:
		return str(site_of_line(records, line)["name"])
	except MissingRecordError:  # told where the link is missing
		return None


def _tree(records: Records, record: Record) -> Problems:
	item = _tree_item(records, record)
	if record.get("parent_ci"):
		below = list(_leveled_below(records, item.name)) if item.level is None else []
		problems = list(parent_problems(item, _ancestors(records, item.name, record["parent_ci"]), below))
		yield from problems or _mixed_cycle(records, item.name, record["parent_ci"])
	if item.level is not None:
		yield from children_problems(item, _leveled_below(records, item.name))


def _mixed_cycle(records: Records, name: str, parent: str) -> Problems:
	"""A circle that is partly made of parent_ci and partly of CI Relations "part of"."""
	try:
		check_hierarchy(name, PART_OF, parent, lambda cis: tops_of(records, PART_OF, cis))
	except InvalidRecordError as error:
		yield InvalidRecordError(
			f"OT CI {name}: {str(error).removeprefix('CI Relation: ')}", fieldname="parent_ci", value=parent
		)


def _tree_item(records: Records, record: Record) -> TreeItem:
	ci_class = records.get("CI Class", record["ci_class"]) if record.get("ci_class") else None
	level = ci_class.get("equipment_level") if ci_class else None
	return TreeItem(
		name=record.get("name") or record["ci_name"],
		plant_site=record.get("plant_site") or "",
		level=EquipmentLevel(level) if level else None,
	)


def _ancestors(records: Records, name: str, parent: str) -> Iterator[TreeItem]:
	"""From the parent upwards; ends at the root, at `name` itself, or where older records run in a circle."""
	seen: set[str] = set()
	above: str | None = parent
	while above and above not in seen:
		seen.add(above)
		if above == name:
			yield TreeItem(name, "")
			return
		record = records.get("OT CI", above)
		if record is None:
			return
		yield _tree_item(records, record)
		above = record["parent_ci"]


def _leveled_below(records: Records, name: str) -> Iterator[TreeItem]:
	"""What is below a CI, down to the first level that each branch has."""
	seen, waiting = {name}, [name]
	while waiting:
		for row in records.find("OT CI", {"parent_ci": waiting.pop()}):
			item = _tree_item(records, row)
			if item.name in seen:
				continue
			seen.add(item.name)
			if item.level is None:
				waiting.append(item.name)
			else:
				yield item


def _ci_class(records: Records, record: Record) -> Problems:
	"""A level that was changed must fit the CIs that have the class already."""
	before = records.get("CI Class", record["class_name"])
	level = record.get("equipment_level")
	if before is None or not level or before["equipment_level"] == level:
		return
	for row in records.find("OT CI", {"ci_class": record["class_name"]}):
		item = TreeItem(row["name"], row["plant_site"], EquipmentLevel(level))
		above = _ancestors(records, item.name, row["parent_ci"]) if row["parent_ci"] else ()
		for error in (
			*parent_problems(item, above, ()),
			*children_problems(item, _leveled_below(records, item.name)),
		):
			yield InvalidRecordError(
				f"CI Class {record['class_name']}: {error}", fieldname="equipment_level", value=level
			)
			return


def _network_segment(records: Records, record: Record) -> Problems:
	members = [(row.get("ci") or "", row.get("ip_address")) for row in record.get("members") or ()]
	yield from address_problems(record["segment_name"], members)


def _program_version(records: Records, record: Record) -> Problems:
	if any(record.get(fieldname) is None for fieldname in ("ci", "version", "taken_on")):
		return
	version = program_version(record)
	before = records.get(PROGRAM_VERSION, record["name"]) if record.get("name") else None
	if before is not None and before["ci"] != version.ci:
		yield InvalidRecordError(
			f"CI Program Version {record['name']}: it belongs to {before['ci']} and cannot move to {version.ci}."
			" Create a new version there.",
			fieldname="ci",
			value=version.ci,
		)
	yield from version_problems(version)


_PROBLEMS: dict[str, Callable[[Records, Record], Problems]] = {
	"OT CI": _ci,
	"CI Class": _ci_class,
	"Network Segment": _network_segment,
	PROGRAM_VERSION: _program_version,
}
