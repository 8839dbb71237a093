"""Spare parts and the pool of spare units: which fit a CI, who has one, and how many of them are enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError, NotEnoughDataError, SpareError
from plant_itsm.domain.maintenance_words import SpareState
from plant_itsm.domain.spare_stock import Reorder, Supply, check_stock, days_of_supply, reorder
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.maintenance_settings import maintenance_settings

PART, UNIT, FIT = "Spare Part", "Spare Unit", "Spare Part Fit"
CI, STOP = "OT CI", "Line Stop"
YEAR_DAYS = 365


@dataclass(frozen=True)
class SpareUnit:
	"""A unit that could be swapped in. tested: it has passed a test that still counts. mismatches: its versions that
	are not those of the CI."""

	name: str
	swap_minutes: int
	tested: bool
	mismatches: tuple[str, ...]


class SparePool:
	"""What there is for some CIs, read once: the parts that fit each of them, and the units that stand ready."""

	def __init__(self, records: Records, cis: Sequence[Record]):
		names, classes = sorted({ci["name"] for ci in cis}), sorted({ci["ci_class"] for ci in cis})
		fits = records.find(FIT, {"ci": ("in", names)}) + records.find(FIT, {"ci_class": ("in", classes)})
		self._of_ci, self._of_class = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
		for row in fits:
			if row["ci"]:
				self._of_ci[row["ci"]].add(row["parent"])
			else:
				self._of_class[row["ci_class"]].add(row["parent"])
		named = sorted({row["parent"] for row in fits})
		self._parts = records.find(PART, {"name": ("in", named)}) if named else []
		self._records = records
		self._units: dict[str, list[Record]] | None = None

	def parts_for(self, ci: Record) -> list[Record]:
		"""The parts that fit a CI itself or its class; those of a site only for the CIs of that site."""
		fitting = self._of_ci[ci["name"]] | self._of_class[ci["ci_class"]]
		places = (None, "", ci["plant_site"])
		return [part for part in self._parts if part["name"] in fitting and part["plant_site"] in places]

	def ready_units(self, ci: Record, today: date) -> list[SpareUnit]:
		"""The units that stand ready for a CI, the fastest to swap in first."""
		ready = self._ready()
		rows = [(part, unit) for part in self.parts_for(ci) for unit in ready.get(part["name"], ())]
		units = [_spare_unit(unit, part, ci, today - self._test_counts) for part, unit in rows]
		return sorted(units, key=lambda unit: (unit.swap_minutes, unit.name))

	def _ready(self) -> dict[str, list[Record]]:
		"""By part; read when it is first asked for."""
		if self._units is None:
			self._units = {}
			self._test_counts = timedelta(days=maintenance_settings(self._records).spare_test_days)
			parts = [part["name"] for part in self._parts]
			wanted = {"spare_part": ("in", parts), "state": SpareState.READY}
			for unit in self._records.find(UNIT, wanted) if parts else ():
				self._units.setdefault(unit["spare_part"], []).append(unit)
		return self._units


def _spare_unit(unit: Record, part: Record, ci: Record, tested_since: date) -> SpareUnit:
	return SpareUnit(
		unit["name"],
		unit["swap_minutes"] or part["swap_minutes"] or 0,
		bool(unit["test_passed"] and unit["tested_on"] and unit["tested_on"] >= tested_since),
		tuple(_mismatches(unit, ci)),
	)


def parts_for(records: Records, ci: str) -> list[Record]:
	"""As SparePool.parts_for, of one CI. Raises MissingRecordError."""
	record = _ci(records, ci)
	return SparePool(records, [record]).parts_for(record)


def ready_units(records: Records, ci: str, today: date) -> list[SpareUnit]:
	"""As SparePool.ready_units, of one CI. Raises MissingRecordError."""
	record = _ci(records, ci)
	return SparePool(records, [record]).ready_units(record, today)


def _ci(records: Records, ci: str) -> Record:
	record = records.get(CI, ci)
	if record is None:
		raise MissingRecordError(f"OT CI {ci!r} does not exist. Check the name.")
	return record


def _mismatches(unit: Record, ci: Record) -> Iterator[str]:
	for field, word in (("firmware_version", "firmware"), ("program_version", "program")):
		if unit[field] and ci.get(field) and unit[field] != ci[field]:
			yield f"{word} {unit[field]}, the CI has {ci[field]}"


def reserve_spare(records: Records, unit: str, stop: str) -> None:
	"""Keep a unit for an incident. Raises SpareError when somebody else has it, or it does not fit."""
	with records.transaction():
		found = _locked(records, unit)
		incident = records.get(STOP, stop)
		if incident is None or not incident["root_ci"]:
			raise MissingRecordError(f"Line Stop {stop!r} does not exist or names no CI. Check the name.")
		if found["state"] != SpareState.READY:
			holder = f" for {found['reserved_for']}" if found["reserved_for"] else ""
			raise SpareError(f"Spare Unit {unit} is {found['state'].lower()}{holder}. Choose another one.")
		if found["spare_part"] not in {part["name"] for part in parts_for(records, incident["root_ci"])}:
			raise SpareError(
				f"Spare Unit {unit} is a {found['spare_part']}, which does not fit {incident['root_ci']}."
				" Choose another one, or enter the fit on the part."
			)
		writer = records.writer()
		values = {
			"reserved_for": stop,
			"reserved_by": writer.user,
			"reserved_at": writer.at.replace(microsecond=0),
		}
		records.update(UNIT, unit, {"state": SpareState.RESERVED, **values})


def release_spare(records: Records, unit: str) -> None:
	"""Give a reserved unit back to the pool."""
	with records.transaction():
		if _locked(records, unit)["state"] != SpareState.RESERVED:
			raise SpareError(f"Spare Unit {unit} is not reserved. There is nothing to release.")
		free = dict.fromkeys(("reserved_for", "reserved_by", "reserved_at"))
		records.update(UNIT, unit, {"state": SpareState.READY, **free})


def activate_spare(records: Records, unit: str) -> None:
	"""Note that a reserved unit now does the work of the CI that has failed."""
	with records.transaction():
		found = _locked(records, unit)
		if found["state"] != SpareState.RESERVED:
			raise SpareError(
				f"Spare Unit {unit} is {found['state'].lower()}. Reserve it for an incident first."
			)
		incident = records.get(STOP, found["reserved_for"])
		at = records.writer().at.replace(microsecond=0)
		values = {"replaces_ci": incident and incident["root_ci"], "activated_at": at}
		records.update(UNIT, unit, {"state": SpareState.IN_USE, **values})


def _locked(records: Records, unit: str) -> Record:
	found = records.get(UNIT, unit, for_update=True)
	if found is None:
		raise MissingRecordError(f"Spare Unit {unit!r} does not exist. Check the name.")
	return found


def fitted_cis(records: Records, part: Record) -> set[str]:
	"""The CIs in use that a part fits, by name or by class. Raises NotEnoughDataError where it names none."""
	fits = records.find(FIT, {"parent": part["name"], "parenttype": PART})
	if not fits:
		raise NotEnoughDataError(f"no CI or class is known that {part['name']} fits. Enter one")
	in_use: Record = {"status": CIStatus.ACTIVE}
	if part["plant_site"]:
		in_use["plant_site"] = part["plant_site"]
	named = sorted(row["ci"] for row in fits if row["ci"])
	classes = sorted(row["ci_class"] for row in fits if row["ci_class"] and not row["ci"])
	found = records.find(CI, in_use | {"name": ("in", named)}) if named else []
	found += records.find(CI, in_use | {"ci_class": ("in", classes)}) if classes else []
	return {ci["name"] for ci in found}


def supply_of(records: Records, part: Record) -> Supply:
	"""For how many days a part lasts. Raises NotEnoughDataError."""
	return days_of_supply(
		part["on_hand"] or 0,
		used=part["used_last_year"] or 0,
		over_days=YEAR_DAYS,
		units=len(fitted_cis(records, part)),
		mtbf_days=part["mtbf_days"] or None,
	)


def reorder_of(records: Records, part: Record) -> Reorder:
	"""What to order of a part now, by the service level of the settings. Raises NotEnoughDataError."""
	if not part["lead_time_days"]:
		raise NotEnoughDataError(f"the lead time of {part['name']} is not known. Enter its days")
	return reorder(
		part["on_hand"] or 0,
		part["on_order"] or 0,
		units=len(fitted_cis(records, part)),
		lead_time_days=part["lead_time_days"],
		mtbf_days=part["mtbf_days"] or None,
		service_level=maintenance_settings(records).service_level,
	)


def check_part(_: Records, record: Record) -> None:
	check_stock(record.get("on_hand") or 0)
	for place, row in enumerate(record.get("fits") or (), start=1):
		if not (row.get("ci") or row.get("ci_class")):
			raise InvalidRecordError(
				f"Spare Part {record['part_name']}: row {place} of what it fits names neither a CI nor a class."
				" Enter one of them.",
				fieldname="fits",
				row=place,
			)
