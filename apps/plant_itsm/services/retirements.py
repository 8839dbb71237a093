"""Taking CIs out of use, one or many, all or none: who, when and why stay on record, and so do their relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from plant_itsm.domain.cmdb import Cmdb
from plant_itsm.domain.errors import PlantFileError
from plant_itsm.domain.plant_problems import Problem
from plant_itsm.domain.retiring import Need, Retirement, needs
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.ci_lists import read_pairs
from plant_itsm.services.cmdb_tree import PART_OF
from plant_itsm.services.snapshots import load_cmdb

CI = "OT CI"
COLUMNS = ("ci", "reason")
Found = tuple[Retirement, str, str]
"""(retirement, its column, the problem)"""


def read_retirements(file: Path, reason: str = "") -> list[Retirement]:
	"""The lines of a CSV file with the header ci,reason; `reason` where a line gives none. Raises PlantFileError."""
	return [Retirement(ci, own or reason, line) for ci, own, line in read_pairs(file, COLUMNS)]


def retire_cis(
	records: Records, retirements: Sequence[Retirement], *, force: bool = False, source: str = ""
) -> None:
	"""Set CIs to retired. Raises PlantFileError with everything that keeps one of them in use.

	force: retire also what others in use need. source: the file that the retirements come from.
	"""
	with records.transaction():
		found = {row["name"]: row for row in records.find(CI, {"name": ("in", [r.ci for r in retirements])})}
		problems = list(_problems(found, retirements))
		if not problems and not force:
			problems = list(_needed(records, retirements))
		if problems:
			raise PlantFileError([_told(source, *problem) for problem in problems])
		writer = records.writer()
		for retirement in retirements:
			values = {
				"status": CIStatus.RETIRED,
				"retired_at": writer.at,
				"retired_by": writer.user,
				"retirement_reason": retirement.reason,
			}
			records.update(CI, retirement.ci, values)


def _told(source: str, retirement: Retirement, column: str, text: str) -> Problem:
	value = retirement.ci if column == "ci" else retirement.reason.strip()
	return Problem(source, retirement.line, text, column, value)


def _problems(found: dict[str, Record], retirements: Sequence[Retirement]) -> Iterator[Found]:
	lines: dict[str, Retirement] = {}
	for one in retirements:
		what = f"OT CI {one.ci}"
		if one.ci in lines:
			yield one, "ci", f"{what} is listed twice. Keep one line."
		elif one.ci not in found:
			yield one, "ci", f"OT CI {one.ci!r} does not exist. Check the name."
		elif found[one.ci]["status"] == CIStatus.RETIRED:
			yield one, "ci", f"{what} is retired already. Leave it out."
		elif not one.reason.strip():
			yield one, "reason", f"{what}: the reason is missing. Say why it leaves."
		lines[one.ci] = one


def _needed(records: Records, retirements: Sequence[Retirement]) -> Iterator[Found]:
	by_ci: dict[str, list[Need]] = defaultdict(list)
	for need in _needs(records, load_cmdb(records), retirements):
		by_ci[need.ci].append(need)
	for one in retirements:
		for need in by_ci[one.ci][:1]:
			others = f" and {len(by_ci[one.ci]) - 1} more" if len(by_ci[one.ci]) > 1 else ""
			yield (
				one,
				"ci",
				f"OT CI {one.ci} is still needed: {need.why}{others}. Change or retire that first, or force it.",
			)


def what_needs(records: Records, retirements: Sequence[Retirement]) -> list[Need]:
	"""What stays in use and would miss the CIs."""
	return list(_needs(records, load_cmdb(records), retirements))


def _needs(records: Records, cmdb: Cmdb, retirements: Sequence[Retirement]) -> Iterator[Need]:
	types = records.find("CI Relation Type", {"is_hierarchy": True})
	hierarchies = {PART_OF, *(row["name"] for row in types)}
	return needs(cmdb, {one.ci for one in retirements}, hierarchies)
