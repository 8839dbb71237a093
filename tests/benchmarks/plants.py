"""Plants of a wanted size, written as the folders of CSV files that every edition loads."""

from __future__ import annotations

import csv
from pathlib import Path

CONNECTION = "Bench Broker"
STATION_COUNT_PER_LINE = 10


def ci_name(number: int) -> str:
	return f"BENCH-{number:05}"


def topic(number: int) -> str:
	return f"bench-plant/{ci_name(number)}/status"


def write_plant(folder: Path, cis: int) -> Path:
	"""A plant of robots, each with a Signal Rule of its own, ten to a line with a dated cost and three people."""
	folder.mkdir(parents=True, exist_ok=True)
	lines = [f"Bench Line {number:04}" for number in range(-(-cis // STATION_COUNT_PER_LINE))]
	people = [
		("petra@bench.example", "Production Manager"),
		("ingo@bench.example", "Plant IT"),
		("romy@bench.example", "Robot Maintenance"),
	]
	_write(folder, "Plant Site", "site_name,time_zone,currency", [("Bench Plant", "Europe/Berlin", "EUR")])
	_write(folder, "Plant Area", "area_name,plant_site", [("Bench Area", "Bench Plant")])
	_write(
		folder,
		"User",
		"email,first_name,send_welcome_email,roles.role",
		[(email, email.split("@")[0].title(), 0, role) for email, role in people],
	)
	_write(
		folder,
		"Production Line",
		"line_name,plant_area,product,units_per_shift,responsibles.role,responsibles.user",
		[row for line in lines for row in _line_rows(line, people)],
	)
	_write(
		folder,
		"Line Stop Cost Model",
		"production_line,valid_from,cost_per_hour,currency",
		[(line, "2026-01-01", "3800.00", "EUR") for line in lines],
	)
	_write(
		folder,
		"OT CI",
		"ci_name,title,ci_class,plant_site,production_line,line_effect",
		[
			(
				ci_name(n),
				f"Robot {n}",
				"Assembly Robot",
				"Bench Plant",
				lines[n // STATION_COUNT_PER_LINE],
				"Stops Line",
			)
			for n in range(cis)
		],
	)
	_write(
		folder,
		"OT Connection",
		"connection_name,protocol,plant_site,host,port,payload_format,timestamp_path",
		[(CONNECTION, "MQTT", "Bench Plant", "127.0.0.1", 1883, "JSON", "ts")],
	)
	_write(
		folder,
		"Signal Rule",
		"rule_name,connection,address,value_path,ci,event_kind,condition,condition_value",
		[
			(f"{ci_name(n)} offline", CONNECTION, topic(n), "state", ci_name(n), "Line Stop", "=", "OFFLINE")
			for n in range(cis)
		],
	)
	return folder


def _line_rows(line: str, people: list[tuple[str, str]]) -> list[tuple[object, ...]]:
	head: tuple[object, ...] = (line, "Bench Area", "Bench Product", 240)
	return [(*(head if place == 0 else ("",) * 4), role, email) for place, (email, role) in enumerate(people)]


def _write(folder: Path, doctype: str, header: str, rows: list[tuple[object, ...]]) -> None:
	with (folder / f"{doctype}.csv").open("w", newline="", encoding="utf-8") as file:
		writer = csv.writer(file)
		writer.writerow(header.split(","))
		writer.writerows(rows)
