"""What the contract cases share: a prefix of its own for each case, and the records of a small plant."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timezone
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from unittest import TestCase

from plant_itsm.ports import Record, Records
from plant_itsm.services.cmdb_tree import PART_OF

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)

WRITTEN_DOCTYPES = (
	"Fault Report",
	"CI Lifecycle Event",
	"Refresh Assessment",
	"Capital Asset",
	"Weibull Fit",
	"Failure Prediction",
	"Spare Movement",
	"Maintenance Plan",
	"Maintenance Order",
	"Spare Unit",
	"Spare Part",
	"Condition Rollup",
	"Cost Rollup",
	"Plant Cost Entry",
	"CI Graph Change",
	"CI Proposal",
	"Plant Assessment",
	"Assessment Practice",
	"Post Incident Review",
	"Problem Record",
	"Plant Load",
	"Line Stop Drill",
	"Escalation Run",
	"Escalation Policy",
	"On Call Duty",
	"Outbox Entry",
	"Production Count",
	"Line Shift Record",
	"Line OEE State",
	"Signal State",
	"Signal Dead Letter",
	"OT Signal Event",
	"Self Alarm",
	"Line Stop Correction",
	"Line Stop",
	"Priority Rule",
	"Stop Reason",
	"Signal Shelving",
	"Maintenance Mode",
	"Change Caused Stop",
	"Unauthorised Change",
	"Security Incident",
	"OT Change Request",
	"Standard Change Template",
	"Change Window",
	"Change Delegation",
	"Calendar Exception",
	"Signal Rule",
	"Condition Indicator",
	"State Map",
	"Sparkplug Node",
	"OT Connection State",
	"OT Connection",
	"Plant Gateway",
	"Line Stop Cost Model",
	"Production Run",
	"Redundancy Group",
	"Line Feed",
	"Network Segment",
	"CI Relation",
	"CI Program Version",
	"OT CI",
	"Work Cell",
	"CI Relation Type",
	"CI Class",
	"Production Line",
	"Plant Area",
	"Plant Site",
)
"""What the cases write to, in an order in which it can be removed: those that point to others come first."""


class ContractCase(TestCase if TYPE_CHECKING else object):
	"""Mixed into a TestCase that provides `records`. The records of a case are named after its prefix or point to one
	that is, so that it can run beside the records of a site."""

	records: Records

	@cached_property
	def prefix(self) -> str:
		return f"T{secrets.token_hex(4)}"

	@cached_property
	def plant(self) -> SmallPlant:
		return SmallPlant(self.records, self.prefix)

	def _user(self, word: str, *roles: str) -> str:
		"""A user that stays: users are shared with the site."""
		email = f"contract-{word}@plant.example"
		if self.records.get("User", email) is None:
			rows = [{"role": role} for role in roles]
			values = {"email": email, "first_name": word, "send_welcome_email": False, "roles": rows}
			self.records.insert("User", values)
		return email

	def named(self, text: str) -> str:
		return f"{self.prefix} {text}"


class SmallPlant:
	"""Makes the records that a case needs. The masters that others point to are made when they are first used."""

	def __init__(self, records: Records, prefix: str):
		self.records = records
		self.prefix = prefix

	def named(self, text: str) -> str:
		return f"{self.prefix} {text}"

	def _insert(self, doctype: str, values: Record, more: Record) -> str:
		return str(self.records.insert(doctype, {**values, **more})["name"])

	def currency(self, code: str) -> str:
		"""A currency is shared with the site: it is made only where it is missing."""
		if self.records.get("Currency", code) is None:
			self.records.insert("Currency", {"currency_name": code})
		return code

	@cached_property
	def site(self) -> str:
		values = {
			"site_name": self.named("Site"),
			"time_zone": "Europe/Berlin",
			"currency": self.currency("EUR"),
		}
		return self._insert("Plant Site", values, {})

	@cached_property
	def area(self) -> str:
		return self._insert("Plant Area", {"area_name": self.named("Area"), "plant_site": self.site}, {})

	@cached_property
	def ci_class(self) -> str:
		values = {
			"class_name": self.named("Robot"),
			"service_layer": "Plant & Cloud Infrastructure",
			"ci_type": "OT CI",
		}
		return self._insert("CI Class", values, {})

	@cached_property
	def connection(self) -> str:
		values = {"connection_name": self.named("Broker"), "protocol": "MQTT", "host": "broker.example"}
		return self._insert("OT Connection", values, {})

	def line(self, text: str, **more: Any) -> str:
		values = {"line_name": self.named(text), "plant_area": self.area, "units_per_shift": 240}
		return self._insert("Production Line", values, more)

	def ci(self, text: str, **more: Any) -> str:
		values = {"ci_name": self.named(text), "ci_class": self.ci_class, "plant_site": self.site}
		return self._insert("OT CI", values, more)

	def cost_model(self, line: str, **more: Any) -> str:
		values = {
			"production_line": line,
			"valid_from": date(2026, 1, 1),
			"cost_per_hour": Decimal("3800.00"),
			"currency": "EUR",
		}
		return self._insert("Line Stop Cost Model", values, more)

	def relation_type(self, text: str, failure_travels: str, **more: Any) -> str:
		values = {"relation_name": self.named(text), "failure_travels": failure_travels}
		return self._insert("CI Relation Type", values, more)

	def part_of(self) -> str:
		"""The relation type of the tree is shared with the site: it is made only where it is missing."""
		if self.records.get("CI Relation Type", PART_OF) is None:
			values = {"relation_name": PART_OF, "failure_travels": "Source to Target", "is_hierarchy": True}
			self.records.insert("CI Relation Type", values)
		return PART_OF

	def relation(self, source: str, relation_type: str, target: str) -> str:
		values = {"source_ci": source, "relation_type": relation_type, "target_ci": target}
		return self._insert("CI Relation", values, {})

	def segment(self, text: str, members: list[Record]) -> str:
		values = {"segment_name": self.named(text), "plant_site": self.site, "members": members}
		return self._insert("Network Segment", values, {})

	def group(self, text: str, members: list[str], dependents: list[Record], **more: Any) -> str:
		values = {
			"group_name": self.named(text),
			"members": [{"ci": ci} for ci in members],
			"dependents": dependents,
		}
		return self._insert("Redundancy Group", values, more)

	def feed(self, from_line: str, to_line: str, buffer_minutes: float) -> str:
		values = {"from_line": from_line, "to_line": to_line, "buffer_minutes": buffer_minutes}
		return self._insert("Line Feed", values, {})

	def rule(self, text: str, ci: str, **more: Any) -> str:
		values = {
			"rule_name": self.named(text),
			"connection": self.connection,
			"address": f"plant/{self.prefix}/state",
			"ci": ci,
			"event_kind": "Line Stop",
			"condition": "=",
			"condition_value": "offline",
		}
		return self._insert("Signal Rule", values, more)

	def stop(self, text: str, **more: Any) -> str:
		values = {"title": self.named(text), "kind": "Line Stop", "onset": NOON, "detected_at": NOON}
		return self._insert("Line Stop", values, more)

	def dead_letter(self, **more: Any) -> Record:
		"""The values of one, for insert_many."""
		return {"connection": self.connection, "reason": "no JSON", "received_time": NOON, **more}
