"""Production lines, the site each belongs to, and the people that hear of its stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone, tzinfo
from zoneinfo import ZoneInfo

from plant_itsm.domain.cmdb import ProductionLine
from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.ports import Record, Records


def site_of_line(records: Records, production_line: str) -> Record:
	"""The Plant Site of a line. Raises MissingRecordError when line, area or site is gone."""
	return site_of_area(records, existing(records, "Production Line", production_line)["plant_area"])


def site_of_area(records: Records, plant_area: str) -> Record:
	"""The Plant Site of an area. Raises MissingRecordError when one of them is gone."""
	return existing(records, "Plant Site", existing(records, "Plant Area", plant_area)["plant_site"])


def existing(records: Records, doctype: str, name: str) -> Record:
	"""A record that others rely on. Raises MissingRecordError when it is gone."""
	record = records.get(doctype, name)
	if record is None:
		raise MissingRecordError(f"{doctype} {name!r} does not exist. Create it or correct the link.")
	return record


def line_of_ci(records: Records, ci: str) -> str:
	"""The production line of a CI, or of what it is a part of; "" where none of them belongs to one."""
	above: dict[str, None] = {}
	while ci and ci not in above:
		above[ci] = None
		record = records.get("OT CI", ci) or {}
		if record.get("production_line"):
			return str(record["production_line"])
		ci = record.get("parent_ci") or ""
	return ""


def zone_of_site(records: Records, plant_site: str | None) -> tzinfo:
	"""The time zone that people at a Plant Site live in; UTC where no site is known."""
	site = records.get("Plant Site", plant_site) if plant_site else None
	return ZoneInfo(site["time_zone"]) if site else timezone.utc


def production_lines(records: Records) -> list[ProductionLine]:
	site_of_area = {area["name"]: area["plant_site"] for area in records.find("Plant Area")}
	return [
		ProductionLine(
			name=line["name"],
			plant_site=site_of_area.get(line["plant_area"], ""),
			units_per_shift=line["units_per_shift"],
			product=line["product"],
		)
		for line in records.find("Production Line")
	]


def site_zones(records: Records) -> dict[str, ZoneInfo]:
	"""The time zone of each Plant Site."""
	return {site["name"]: ZoneInfo(site["time_zone"]) for site in records.find("Plant Site")}


def local_days(zones: Mapping[str, ZoneInfo], now: datetime) -> dict[str, date]:
	"""The date that it is at each Plant Site: the day whose cost model counts."""
	return {site: now.astimezone(zone).date() for site, zone in zones.items()}


@dataclass(frozen=True)
class Audience:
	"""Who is told: the roles that lines name, and the enabled users behind them."""

	roles: tuple[str, ...]
	users: tuple[str, ...]


def audience_of(records: Records, lines: Iterable[str]) -> Audience:
	"""The people responsible for lines, each once, in the order in which the lines name them.

	A row with a user means that user; a row without one means everybody who has the role.
	"""
	roles: dict[str, None] = {}
	users: dict[str, None] = {}
	names = list(dict.fromkeys(lines))
	here = {"parenttype": "Production Line", "parent": ("in", names)}
	rows = records.find("Line Responsible", here, order_by="idx")
	for row in sorted(rows, key=lambda row: names.index(row["parent"])):
		roles[row["role"]] = None
		named = [row["user"]] if row["user"] else users_with_role(records, row["role"])
		users.update(dict.fromkeys(named))
	return Audience(tuple(roles), enabled_users(records, users))


def enabled_users(records: Records, users: Iterable[str]) -> tuple[str, ...]:
	"""Those of the users that may still log in, in the same order."""
	users = list(users)
	enabled = {user["name"] for user in records.find("User", {"enabled": True, "name": ("in", users)})}
	return tuple(user for user in users if user in enabled)


def users_with_role(records: Records, role: str) -> list[str]:
	"""Everybody who has a role, enabled or not."""
	rows = records.find("Has Role", {"role": role, "parenttype": "User"}, order_by="parent")
	return [row["parent"] for row in rows]
