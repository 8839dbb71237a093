"""Plants of a wanted size, written as the folders of CSV files that every edition loads."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

STATIONS_PER_LINE = 10


@dataclass(frozen=True)
class BenchPlant:
	"""A plant of robots, each with a Signal Rule of its own, ten to a line with a dated cost and three people.

	Every name of it begins with `prefix`, so that it can be told from, and removed from, a site that has others.
	"""

	cis: int
	prefix: str = "Bench"

	@property
	def connection(self) -> str:
		return f"{self.prefix} Broker"

	@property
	def people(self) -> list[tuple[str, str]]:
		"""(e-mail address, role) of everybody who is told."""
		domain = f"{self.prefix.lower()}.example"
		return [
			(f"petra@{domain}", "Production Manager"),
			(f"ingo@{domain}", "Plant IT"),
			(f"romy@{domain}", "Robot Maintenance"),
		]

	def ci_name(self, number: int) -> str:
		return f"{self.prefix}-{number:05}"

	def topic(self, number: int) -> str:
		return f"bench-plant/{self.ci_name(number)}/status"


def write_plant(folder: Path, plant: BenchPlant) -> Path:
	folder.mkdir(parents=True, exist_ok=True)
	prefix, numbers, people = plant.prefix, range(plant.cis), plant.people
	lines = [f"{prefix} Line {number:04}" for number in range(-(-plant.cis // STATIONS_PER_LINE))]
	write_folder(
		folder, "Plant Site", "site_name,time_zone,currency", [(f"{prefix} Plant", "Europe/Berlin", "EUR")]
	)
	write_folder(folder, "Plant Area", "area_name,plant_site", [(f"{prefix} Area", f"{prefix} Plant")])
	write_folder(
		folder,
		"User",
		"email,first_name,send_welcome_email,roles.role",
		[(email, email.split("@")[0].title(), 0, role) for email, role in people],
	)
	write_folder(
		folder,
		"Production Line",
		"line_name,plant_area,product,units_per_shift,responsibles.role,responsibles.user",
		[row for line in lines for row in _line_rows(line, f"{prefix} Area", people)],
	)
	write_folder(
		folder,
		"Line Stop Cost Model",
		"production_line,valid_from,cost_per_hour,currency",
		[(line, "2026-01-01", "3800.00", "EUR") for line in lines],
	)
	write_folder(
		folder,
		"OT CI",
		"ci_name,title,ci_class,plant_site,production_line,line_effect",
		[
			(
				plant.ci_name(n),
				f"Robot {n}",
				"Assembly Robot",
				f"{prefix} Plant",
				lines[n // STATIONS_PER_LINE],
				"Stops Line",
			)
			for n in numbers
		],
	)
	write_folder(
		folder,
		"OT Connection",
		"connection_name,protocol,plant_site,host,port,use_tls,payload_format,timestamp_path",
		[(plant.connection, "MQTT", f"{prefix} Plant", "127.0.0.1", 1883, 0, "JSON", "ts")],
	)
	write_folder(
		folder,
		"Signal Rule",
		"rule_name,connection,address,value_path,ci,event_kind,condition,condition_value",
		[
			(f"{ci} offline", plant.connection, plant.topic(n), "state", ci, "Line Stop", "=", "OFFLINE")
			for n in numbers
			for ci in [plant.ci_name(n)]
		],
	)
	return folder


def _line_rows(line: str, area: str, people: list[tuple[str, str]]) -> list[tuple[object, ...]]:
	head: tuple[object, ...] = (line, area, "Bench Product", 240)
	return [(*(head if place == 0 else ("",) * 4), role, email) for place, (email, role) in enumerate(people)]


def write_folder(folder: Path, doctype: str, header: str, rows: list[tuple[object, ...]]) -> None:
	with (folder / f"{doctype}.csv").open("w", newline="", encoding="utf-8") as file:
		writer = csv.writer(file)
		writer.writerow(header.split(","))
		writer.writerows(rows)
