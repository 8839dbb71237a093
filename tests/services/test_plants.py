"""Plants: all or nothing, twice changes nothing, and every problem has file, line, value and way out."""

import shutil

import pytest

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.services.plants import VOCABULARY, load_plant, load_vocabulary, plant_folder


def test_loading_twice_changes_nothing(plant):
	report = load_plant(plant.records, plant_folder("seed"))
	assert (report.added, report.changed) == (0, 0)
	assert report.unchanged == 31


def test_a_changed_cell_changes_its_record(plant, tmp_path):
	folder = shutil.copytree(plant_folder("seed"), tmp_path / "plant")
	replace(
		folder / "Line Stop Cost Model.csv",
		"Assembly Line 4,2026-01-01,3800.00",
		"Assembly Line 4,2026-01-01,4100.50",
	)
	assert load_plant(plant.records, folder).changed == 1
	model = plant.records.get("Line Stop Cost Model", "Assembly Line 4 from 2026-01-01")
	assert str(model["cost_per_hour"]) == "4100.50"


def replace(file, old, new):
	text = file.read_text()
	assert old in text
	file.write_text(text.replace(old, new, 1))


BROKEN = [
	(
		"OT CI.csv",
		"AR-042,Assembly Robot AR-042,Assembly Robot",
		"AR-042,x,Walking Robot",
		("OT CI.csv:2", "Walking Robot"),
	),
	("OT CI.csv", "Stops Line", "Burns Line", ("OT CI.csv:2", "Burns Line", "Degrades Line")),
	(
		"Line Stop Cost Model.csv",
		"3800.00",
		'"3800,00"',
		("Line Stop Cost Model.csv:2", "3800,00", "decimal point"),
	),
	("Line Stop Cost Model.csv", "EUR", "USD", ("Line Stop Cost Model.csv:2", "USD")),
	(
		"Line Stop Cost Model.csv",
		"Assembly Line 4,2026-01-01",
		"Assembly Line 3,2026-02-01",
		(":3", "overlaps"),
	),
	("Production Line.csv", ",240,", ",many,", ("Production Line.csv:2", "units_per_shift", "'many'")),
	("Production Line.csv", "units_per_shift", "units", ("Production Line.csv", "'units' is no field")),
	(
		"CI Relation.csv",
		"MES-IF-L3,depends on,OPCUA-L3",
		"OPCUA-L3,depends on,OPCUA-L3",
		("CI Relation.csv:2", "itself"),
	),
	(
		"CI Relation.csv",
		"depends on,SAP-ME",
		"depends on,OPCUA-L3",
		("CI Relation.csv:3", "CI Relation.csv:2"),
	),
	("Plant Site.csv", "Europe/Berlin", "Europe/Atlantis", ("Plant Site.csv:2", "Europe/Atlantis", "IANA")),
	("Signal Rule.csv", ",=,OFFLINE", ",<,OFFLINE", ("Signal Rule.csv:2", "'OFFLINE'", "number")),
	("Plant Area.csv", "Final Assembly", '"Final Assembly', ("Plant Area.csv", "quotes")),
	("Network Segment.csv", "AR-042-PLC,Device", "AR-042,Device", ("Network Segment.csv:2", "listed twice")),
]


@pytest.mark.parametrize(("file", "old", "new", "texts"), BROKEN, ids=[texts[-1] for *_, texts in BROKEN])
def test_a_broken_file_is_refused_whole(tmp_path, file, old, new, texts):
	from plant_itsm.embedded.store import open_store
	from plant_itsm.services.plants import PACKAGE
	from tests.services.conftest import SetClock

	records = open_store(tmp_path / "fresh.sqlite", SetClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	folder = shutil.copytree(plant_folder("seed"), tmp_path / "plant")
	replace(folder / file, old, new)
	with pytest.raises(PlantFileError) as refusal:
		load_plant(records, folder)
	for text in texts:
		assert text in str(refusal.value)
	assert records.count("Plant Site") == 0
	assert records.count("OT CI") == 0
	records.close()


def test_all_problems_are_told_at_once(plant, tmp_path):
	folder = shutil.copytree(plant_folder("seed"), tmp_path / "plant")
	replace(folder / "OT CI.csv", "Stops Line", "Burns Line")
	replace(folder / "CI Relation.csv", "MES-IF-L3,depends on,SAP-ME", "MES-IF-L3,depends on,SAP-MES")
	with pytest.raises(PlantFileError) as refusal:
		load_plant(plant.records, folder)
	assert len(refusal.value.problems) == 2


def test_an_unknown_file_and_an_unknown_plant_are_named(plant, tmp_path):
	(tmp_path / "Robots.csv").write_text("name\n")
	with pytest.raises(PlantFileError, match="no DocType 'Robots'"):
		load_plant(plant.records, tmp_path)
	with pytest.raises(PlantFileError, match=r"nowhere: neither .* \(ageing, redundant, seed\)"):
		plant_folder("nowhere")


def test_vocabulary_that_an_administrator_changed_stays(plant):
	plant.records.update("CI Class", "PLC", {"description": "Steuerung"})
	assert load_vocabulary(plant.records, VOCABULARY).changed == 0
	assert plant.records.get("CI Class", "PLC")["description"] == "Steuerung"
