"""A generated plant of any size as tables of cells, and errors planted into it, each with the place to tell it at."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

from plant_itsm.services.workbooks import write_workbook

Row = dict[str, str]
Place = tuple[str, int, str]
"""(DocType, line, column)"""

CIS_PER_LINE = 200
PARTS = (("PLC", "Siemens", "S7-1500"), ("HMI", "Siemens", "TP1500"), ("Robot Controller", "KUKA", "KRC5"))
MEMBERS_PER_SEGMENT = 50


class GeneratedPlant:
	"""tables: the rows of each DocType; `child` rows of a segment leave its own columns empty."""

	def __init__(self, cis: int, seed: int = 1):
		self.random = random.Random(seed)
		self.tables: dict[str, list[Row]] = {
			"Plant Site": [
				{"site_name": f"Site {n}", "time_zone": "Europe/Berlin", "currency": "EUR"} for n in range(2)
			],
			"Plant Area": [{"area_name": f"Area {n}", "plant_site": f"Site {n % 2}"} for n in range(4)],
			"Production Line": [],
			"Work Cell": [],
			"Line Stop Cost Model": [],
			"OT CI": [],
			"CI Relation": [],
			"Network Segment": [],
		}
		for line in range(-(-cis // CIS_PER_LINE)):
			self._add_line(line)
		for number in range(cis):
			self._add_ci(number)
		for number in range(10, cis, 10):
			self.tables["CI Relation"].append(
				{
					"source_ci": f"CI {number}",
					"relation_type": "depends on",
					"target_ci": f"CI {number - 10}",
				}
			)
		self._add_segments(cis)
		self.tables = {doctype: rows for doctype, rows in self.tables.items() if rows}

	def _add_line(self, line: int) -> None:
		name = f"Line {line}"
		self.tables["Production Line"].append(
			{"line_name": name, "plant_area": f"Area {line % 4}", "units_per_shift": "240"}
		)
		self.tables["Line Stop Cost Model"].append(
			{
				"production_line": name,
				"valid_from": "2026-01-01",
				"cost_per_hour": "3800.00",
				"currency": "EUR",
			}
		)
		for cell in range(2):
			self.tables["Work Cell"].append({"cell_name": f"Cell {line}.{cell}", "production_line": name})

	def _add_ci(self, number: int) -> None:
		"""One robot, then three parts of it."""
		line, part = number // CIS_PER_LINE, number % 4
		ci_class, manufacturer, model = ("Robot", "KUKA", "KR 210") if part == 0 else PARTS[part - 1]
		self.tables["OT CI"].append(
			{
				"ci_name": f"CI {number}",
				"title": f"{ci_class} {number}",
				"ci_class": ci_class,
				"plant_site": f"Site {line % 2}",
				"production_line": f"Line {line}",
				"work_cell": f"Cell {line}.{number % 2}",
				"parent_ci": "" if part == 0 else f"CI {number - part}",
				"line_effect": "Stops Line" if part == 0 else "No Direct Effect",
				"manufacturer": manufacturer,
				"model": model,
				"serial_no": f"S{number:07d}",
				"firmware_version": "V2.9",
				"mac_address": f"00:1B:1B:{number >> 16 & 255:02X}:{number >> 8 & 255:02X}:{number & 255:02X}",
				"purdue_level": "1",
				"security_zone": f"Zone {line}",
				"sl_target": "2",
				"criticality": "High",
				"owner_team": "Plant IT",
				"location": f"Hall {line % 5}",
				"commissioned_on": "2021-05-01",
				"end_of_life_on": "2035-12-31",
			}
		)

	def _add_segments(self, cis: int) -> None:
		for first in range(0, cis, MEMBERS_PER_SEGMENT):
			segment = first // MEMBERS_PER_SEGMENT
			for number in range(first, min(first + MEMBERS_PER_SEGMENT, cis)):
				own = number == first
				self.tables["Network Segment"].append(
					{
						"segment_name": f"VLAN {segment}" if own else "",
						"plant_site": f"Site {first // CIS_PER_LINE % 2}" if own else "",
						"vlan_id": str(segment % 4000) if own else "",
						"members.ci": f"CI {number}",
						"members.role": "Switch" if own else "Device",
						"members.ip_address": f"10.{segment >> 8}.{segment & 255}.{number - first + 1}",
					}
				)

	def table(self, doctype: str) -> list[list[str]]:
		rows = self.tables[doctype]
		header = list(dict.fromkeys(column for row in rows for column in row))
		return [header, *([row.get(column, "") for column in header] for row in rows)]

	def write_folder(self, folder: Path) -> Path:
		folder.mkdir(parents=True)
		for doctype in self.tables:
			with (folder / f"{doctype}.csv").open("w", encoding="utf-8", newline="") as stream:
				csv.writer(stream).writerows(self.table(doctype))
		return folder

	def write_workbook(self, file: Path) -> Path:
		write_workbook(file, [(doctype, self.table(doctype)) for doctype in self.tables])
		return file


class PlantedErrors:
	"""Plants errors of every kind in turn, each in rows that no other error touches."""

	def __init__(self, plant: GeneratedPlant):
		self._plant = plant
		self._used: dict[str, set[int]] = {doctype: set() for doctype in plant.tables}
		self.places: list[Place] = []
		self.kinds: dict[str, Callable[[], Place]] = {
			"unknown class": lambda: self._set("OT CI", "ci_class", "Walking Robot", self._part),
			"unknown line": lambda: self._set("OT CI", "production_line", "Line X", self._part),
			"no choice": lambda: self._set("OT CI", "line_effect", "Burns Line", self._part),
			"date as in German": lambda: self._set("OT CI", "commissioned_on", "31.01.2021", self._part),
			"hardware address": lambda: self._set("OT CI", "mac_address", "00:1B:1B", self._part),
			"life cycle": lambda: self._set("OT CI", "end_of_life_on", "1999-12-31", self._part),
			"security level": lambda: self._set("OT CI", "sl_target", "7", self._part),
			"missing site": lambda: self._set("OT CI", "plant_site", "", self._part),
			"text too long": lambda: self._set("OT CI", "title", "x" * 141, self._part),
			"foreign work cell": self._foreign_cell,
			"duplicate name": self._duplicate_name,
			"duplicate serial": self._duplicate_serial,
			"level": self._level,
			"circle of parents": self._circle,
			"parent elsewhere": self._parent_elsewhere,
			"relation to itself": self._to_itself,
			"unknown target": lambda: self._set("CI Relation", "target_ci", "CI X", self._any),
			"duplicate address": self._duplicate_address,
			"no address": lambda: self._set(
				"Network Segment", "members.ip_address", "10.0.0.300", self._member
			),
			"unknown member": lambda: self._set("Network Segment", "members.ci", "CI X", self._member),
		}

	def plant(self, count: int) -> list[Place]:
		kinds = list(self.kinds.values())
		for number in range(count):
			self.places.append(kinds[number % len(kinds)]())
		return sorted(self.places)

	# ------------------------------------------------------------- rows

	def _take(self, doctype: str, fits: Callable[[int, Row], bool]) -> int:
		rows = self._plant.tables[doctype]
		while True:
			number = self._plant.random.randrange(10, len(rows))
			if number not in self._used[doctype] and fits(number, rows[number]):
				self._used[doctype].add(number)
				return number

	@staticmethod
	def _any(_number: int, _row: Row) -> bool:
		return True

	@staticmethod
	def _part(number: int, _row: Row) -> bool:
		return number % 4 != 0

	@staticmethod
	def _member(_number: int, row: Row) -> bool:
		return not row["segment_name"]

	def _set(self, doctype: str, column: str, value: str, fits: Callable[[int, Row], bool]) -> Place:
		return self._change(doctype, self._take(doctype, fits), column, value)

	def _change(self, doctype: str, number: int, column: str, value: str) -> Place:
		self._plant.tables[doctype][number][column] = value
		return doctype, number + 2, column

	# ------------------------------------------------------------- kinds

	def _foreign_cell(self) -> Place:
		number = self._take("OT CI", self._part)
		line = (number // CIS_PER_LINE + 1) % len(self._plant.tables["Production Line"])
		return self._change("OT CI", number, "work_cell", f"Cell {line}.0")

	def _last_rows(self, number: int, row: Row) -> bool:
		return self._part(number, row) and number > len(self._plant.tables["OT CI"]) // 2

	def _duplicate_name(self) -> Place:
		"""Of a row that is added, so that nothing else links to it."""
		rows = self._plant.tables["OT CI"]
		rows.append({**rows[self._take("OT CI", self._part)], "serial_no": ""})
		self._used["OT CI"].add(len(rows) - 1)
		return "OT CI", len(rows) + 1, "ci_name"

	def _duplicate_serial(self) -> Place:
		rows = self._plant.tables["OT CI"]
		number = self._take("OT CI", lambda number, row: number % 4 == 1)
		other = self._take("OT CI", lambda one, row: one % 4 == 1 and one != number)
		rows[other]["serial_no"] = rows[number]["serial_no"]
		return "OT CI", max(number, other) + 2, "serial_no"

	def _level(self) -> Place:
		"""A robot below a PLC of the same site."""
		number = self._take("OT CI", lambda number, row: number % 4 == 1)
		robot = self._take(
			"OT CI", lambda one, row: one % 4 == 0 and one // CIS_PER_LINE == number // CIS_PER_LINE
		)
		return (
			self._change("OT CI", robot, "parent_ci", f"CI {number}")
			if robot != number - 1
			else self._level()
		)

	def _circle(self) -> Place:
		"""Two new CIs without a level, each part of the other: told at the first."""
		rows = self._plant.tables["OT CI"]
		first = len(rows)
		for number, other in ((first, first + 1), (first + 1, first)):
			rows.append(
				{
					"ci_name": f"Rack {number}",
					"ci_class": "Shop Floor Server (edge)",
					"plant_site": "Site 0",
					"parent_ci": f"Rack {other}",
				}
			)
			self._used["OT CI"].add(number)
		return "OT CI", first + 2, "parent_ci"

	def _parent_elsewhere(self) -> Place:
		number = self._take("OT CI", self._part)
		line = number // CIS_PER_LINE
		robot = (line - 1 if line else 1) * CIS_PER_LINE
		return self._change("OT CI", number, "parent_ci", f"CI {robot}")

	def _to_itself(self) -> Place:
		number = self._take("CI Relation", self._any)
		source = self._plant.tables["CI Relation"][number]["source_ci"]
		return self._change("CI Relation", number, "target_ci", source)

	def _duplicate_address(self) -> Place:
		rows = self._plant.tables["Network Segment"]
		number = self._take(
			"Network Segment",
			lambda number, row: (
				self._member(number, row)
				and not rows[number - 1]["segment_name"]
				and number - 1 not in self._used["Network Segment"]
			),
		)
		self._used["Network Segment"].add(number - 1)
		return self._change(
			"Network Segment", number, "members.ip_address", rows[number - 1]["members.ip_address"]
		)
