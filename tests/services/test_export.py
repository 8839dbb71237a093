"""What is exported and loaded elsewhere is the same plant."""

import json
from datetime import date, datetime, timedelta, timezone

import pytest

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.embedded.schema import PACKAGE
from plant_itsm.embedded.store import open_store
from plant_itsm.services.planned_records import all_rows
from plant_itsm.services.plant_export import PLANT_DOCTYPES, export_plant
from plant_itsm.services.plants import load_plant, load_vocabulary
from tests.services.conftest import SetClock

STATES = ("Production Count", "Signal Shelving", "Maintenance Mode")
"""What people do with the plant for a while; no part of it."""


def comparable(records):
	"""Every record of a plant without what each store notes for itself."""
	left_out = {"creation", "modified", "parent", "parenttype", "parentfield"}

	def values(row):
		return {
			field: [{**values(child), "name": None} for child in value] if isinstance(value, list) else value
			for field, value in row.items()
			if field not in left_out
		}

	found = {}
	for doctype in PLANT_DOCTYPES:
		is_unnamed = records.meta(doctype).autoname == "hash"
		rows = [values(row) for row in all_rows(records, doctype)]
		found[doctype] = sorted(
			({**row, "name": None} if is_unnamed else row for row in rows),
			key=lambda row: json.dumps(row, default=str),
		)
	return found


@pytest.fixture
def elsewhere(tmp_path):
	records = open_store(tmp_path / "elsewhere.sqlite", SetClock())
	load_vocabulary(records, PACKAGE / "embedded" / "vocabulary")
	load_vocabulary(records)
	yield records
	records.close()


@pytest.fixture
def rich(plant):
	"""The seed's plant with values that are easily lost on the way."""
	records = plant.records
	records.insert("Work Cell", {"cell_name": "Cell 1", "production_line": "Assembly Line 3"})
	records.update(
		"OT CI",
		"AR-042",
		{
			"description": 'two lines,\n"quoted" = 1',
			"serial_no": "=007",
			"commissioned_on": date(2024, 2, 29),
			"purdue_level": "3.5",
			"sl_target": "2",
			"work_cell": "Cell 1",
		},
	)
	moment = datetime(2026, 3, 1, 10, 30, tzinfo=timezone(timedelta(hours=1)))
	version = {"ci": "AR-042", "version": "V1", "taken_on": moment, "sha256": "a" * 64}
	records.insert("CI Program Version", {**version, "tested": True, "approved": True})
	records.update("Plant Site", "Demo Plant", {"enterprise": "Demo Corp"})
	records.update("OT Connection", "Cell Broker", {"password": "secret", "enabled": False})
	records.update("CI Class", "PLC", {"description": "Steuerung"})
	return records


@pytest.mark.parametrize("target", ["plant", "plant.xlsx"])
def test_a_plant_comes_out_elsewhere_as_it_was(rich, elsewhere, tmp_path, target):
	export_plant(rich, tmp_path / target)
	load_plant(elsewhere, tmp_path / target)
	here, there = comparable(rich), comparable(elsewhere)
	for row in (*here["OT Connection"], *there["OT Connection"]):
		row["password"] = None  # left out
	assert there == here
	assert load_plant(rich, tmp_path / target).changed == 0
	export_plant(elsewhere, tmp_path / "again")
	if target == "plant":
		for file in (tmp_path / "again").iterdir():
			assert file.read_bytes() == (tmp_path / target / file.name).read_bytes(), file.name


def test_passwords_and_what_is_computed_stay_here(rich, tmp_path):
	export_plant(rich, tmp_path / "plant")
	text = "".join(file.read_text() for file in (tmp_path / "plant").iterdir())
	assert "secret" not in text
	assert "program_version" not in text


def test_nothing_is_overwritten(plant, tmp_path):
	for target in ("plant", "plant.xlsx"):
		export_plant(plant.records, tmp_path / target)
		with pytest.raises(PlantFileError, match="holds something already"):
			export_plant(plant.records, tmp_path / target)


QUESTIONS = {"Assessment Practice"}
"""Asked of every plant alike."""


def test_every_master_of_a_plant_that_can_be_imported_belongs_to_its_folder():
	doctypes = [json.loads(file.read_text()) for file in PACKAGE.glob("plant_cmdb/doctype/*/*.json")]
	importable = {doctype["name"] for doctype in doctypes if doctype.get("allow_import")}
	of_a_plant = {doctype["name"] for doctype in doctypes} & set(PLANT_DOCTYPES)
	assert importable - set(STATES) - QUESTIONS == of_a_plant
