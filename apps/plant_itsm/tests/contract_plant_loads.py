"""Contract of loading and unloading a plant: what a load has added goes, and nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from plant_itsm.domain.errors import MissingRecordError, PlantInUseError
from plant_itsm.services.plant_loads import LOAD, unload_plant
from plant_itsm.services.plants import load_plant
from plant_itsm.tests.contract_plant import NOON, ContractCase

TABLES = (
	"Plant Site",
	"Plant Area",
	"Production Line",
	"OT CI",
	"CI Relation",
	"Network Segment",
	"Network Segment Member",
	"Line Stop Cost Model",
	"OT Connection",
	"OT Connection State",
	"Signal Rule",
	"Signal State",
)


class PlantLoadsContract(ContractCase):
	def _folder(self) -> Path:
		"""A plant of a site, a line, a switch with a robot on it, money, and a rule."""
		part_of = self.plant.part_of()
		files = {
			"Plant Site": f"site_name,time_zone,currency\n{self.prefix} S,Europe/Berlin,{self.plant.currency('EUR')}",
			"Plant Area": f"area_name,plant_site\n{self.prefix} A,{self.prefix} S",
			"Production Line": f"line_name,plant_area,units_per_shift\n{self.prefix} L,{self.prefix} A,240",
			"OT CI": "ci_name,ci_class,plant_site\n"
			+ "\n".join(f"{self.prefix} {ci},{self.plant.ci_class},{self.prefix} S" for ci in ("AR", "SW")),
			"CI Relation": "source_ci,relation_type,target_ci\n"
			+ f"{self.prefix} AR,{part_of},{self.prefix} SW",
			"Network Segment": f"segment_name,plant_site,members.ci\n{self.prefix} V,{self.prefix} S,{self.prefix} AR",
			"Line Stop Cost Model": "production_line,valid_from,cost_per_hour,currency\n"
			+ f"{self.prefix} L,2026-01-01,3800,EUR",
			"OT Connection": f"connection_name,protocol,host\n{self.prefix} B,MQTT,broker.example",
			"Signal Rule": "rule_name,connection,address,ci,event_kind,condition,condition_value\n"
			+ f"{self.prefix} R,{self.prefix} B,a/b,{self.prefix} AR,Line Stop,=,offline",
		}
		folder = Path(self._temporary()) / self.prefix
		folder.mkdir()
		for doctype, text in files.items():
			(folder / f"{doctype}.csv").write_text(text + "\n", encoding="utf-8")
		return folder

	def _temporary(self) -> str:
		place = tempfile.TemporaryDirectory()
		self.addCleanup(place.cleanup)
		return place.name

	def _rows(self) -> dict[str, int]:
		return {doctype: self.records.count(doctype) for doctype in TABLES}

	def test_the_records_are_as_before(self):
		folder = self._folder()
		before = self._rows()
		load_plant(self.records, folder)
		self.records.insert("OT Connection State", {"connection": self.named("B"), "stream_cursor": "0-0"})
		self.assertEqual(self._rows()["OT CI"], before["OT CI"] + 2)
		self.assertEqual(unload_plant(self.records, self.prefix), 10)
		self.assertEqual(self._rows(), before)
		(load,) = self.records.find(LOAD, {"plant": self.prefix})
		self.assertEqual((load["status"], load["added"]), ("Unloaded", 10))
		with self.assertRaises(MissingRecordError):
			unload_plant(self.records, self.prefix)

	def test_what_was_there_before_stays(self):
		folder = self._folder()
		own = {"site_name": self.named("S"), "time_zone": "Europe/Paris", "currency": "EUR"}
		self.records.insert("Plant Site", own)
		load_plant(self.records, folder)
		(load,) = self.records.find(LOAD, {"plant": self.prefix})
		self.assertEqual((load["added"], load["changed"]), (9, 1))
		self.assertEqual(unload_plant(self.records, load["name"]), 9)
		self.assertIsNotNone(self.records.get("Plant Site", self.named("S")))

	def test_a_second_load_that_adds_nothing_is_not_noted(self):
		folder = self._folder()
		load_plant(self.records, folder)
		load_plant(self.records, folder)
		self.assertEqual(self.records.count(LOAD, {"plant": self.prefix}), 1)

	def test_it_is_refused_while_others_are_built_upon_it_and_says_which(self):
		load_plant(self.records, self._folder())
		loaded = self._rows()
		own_rule = self.plant.rule("own", self.named("AR"))
		stop = self.records.insert(
			"Line Stop",
			{
				"title": self.named("stop"),
				"kind": "Line Stop",
				"onset": NOON,
				"detected_at": NOON,
				"root_ci": self.named("SW"),
			},
		)["name"]
		with self.assertRaises(PlantInUseError) as caught:
			unload_plant(self.records, self.prefix)
		text = str(caught.exception)
		self.assertIn(own_rule, text)
		self.assertIn(stop, text)
		self.assertEqual(self._rows()["OT CI"], loaded["OT CI"], "all or none")
		self.records.delete("Line Stop", stop)
		self.records.delete("Signal Rule", own_rule)
		self.assertEqual(unload_plant(self.records, self.prefix), 10)
