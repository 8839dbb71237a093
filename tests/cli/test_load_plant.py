import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from plant_itsm.cli import main
from plant_itsm.embedded.site import EmbeddedSite

SEED = Path("fixtures/plants/seed")
PLANT_DOCTYPES = ("Plant Site", "Production Line", "OT CI", "CI Relation", "Network Segment", "Signal Rule")


def load(*arguments):
	return CliRunner().invoke(main, ["load-plant", *map(str, arguments)])


def broken(folder, file, old, new):
	"""A copy of the seed's plant with one text of one file exchanged."""
	shutil.copytree(SEED, folder)
	text = (folder / file).read_text(encoding="utf-8")
	assert old in text
	(folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
	return folder


BREAKS = {
	"a broken link": (
		"OT CI.csv",
		"AR-061,Assembly Robot AR-061,Assembly Robot,Demo Plant,Assembly Line 5",
		"AR-061,Assembly Robot AR-061,Assembly Robot,Demo Plant,Assembly Line 9",
		["OT CI.csv:9: ", "production_line", "'Assembly Line 9'"],
	),
	"a duplicate": (
		"OT CI.csv",
		"AR-061-PLC,PLC of AR-061",
		"AR-051-PLC,PLC of AR-061",
		["OT CI.csv:10: OT CI 'AR-051-PLC' stands already at OT CI.csv:8", "Remove one"],
	),
	"a decimal comma": (
		"Line Stop Cost Model.csv",
		"Assembly Line 4,2026-01-01,3800.00",
		'Assembly Line 4,2026-01-01,"3800,00"',
		["Line Stop Cost Model.csv:3: cost_per_hour: '3800,00' is no Currency", "decimal point"],
	),
	"an unknown column": (
		"Plant Area.csv",
		"area_name,plant_site",
		"area_name,plant_sight",
		["Plant Area.csv: column 'plant_sight' is no field of Plant Area", "plant_site"],
	),
	"cost models that overlap": (
		"Line Stop Cost Model.csv",
		"Assembly Line 5,2026-01-01",
		"Assembly Line 4,2026-06-01",
		["Line Stop Cost Model.csv:4: Line Stop Cost Model of Assembly Line 4", "overlap", "2026-06-01"],
	),
	"a currency that is not the site's": (
		"Line Stop Cost Model.csv",
		"Assembly Line 3,2026-01-01,3800.00,EUR",
		"Assembly Line 3,2026-01-01,3800.00,USD",
		["Line Stop Cost Model.csv:2: ", "currency USD differs from EUR"],
	),
	"a time zone that does not exist": (
		"Plant Site.csv",
		"Europe/Berlin",
		"Europe/Atlantis",
		["Plant Site.csv:2: ", "time zone 'Europe/Atlantis' is unknown", "IANA"],
	),
	"a line that stands nowhere in a relation": (
		"CI Relation.csv",
		"MES-IF-L3,depends on,SAP-ME",
		"MES-IF-L3,needs,SAP-ME",
		["CI Relation.csv:3: ", "'needs'"],
	),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_plant_is_refused_with_place_value_and_way_out_and_nothing_is_written(tmp_path, case):
	file, old, new, parts = BREAKS[case]
	plant = broken(tmp_path / "plant", file, old, new)
	result = load(plant, "--site", tmp_path / "site")
	assert result.exit_code == 2, result.output
	for part in parts:
		assert part in result.stderr
	assert "Traceback" not in result.output
	records = EmbeddedSite.open(tmp_path / "site").records
	assert [records.count(doctype) for doctype in PLANT_DOCTYPES] == [0] * len(PLANT_DOCTYPES)


def test_every_problem_of_a_plant_is_told_at_once(tmp_path):
	plant = broken(tmp_path / "plant", *BREAKS["a currency that is not the site's"][:3])
	rules = plant / "Signal Rule.csv"
	rules.write_text(rules.read_text(encoding="utf-8").replace(",AR-042,", ",AR-999,"), encoding="utf-8")
	result = load("--plant", plant)
	assert "Line Stop Cost Model.csv:2" in result.stderr
	assert "Signal Rule.csv:2" in result.stderr
	assert "'AR-999'" in result.stderr


def test_without_a_site_the_plant_is_only_checked():
	result = load("seed")
	assert result.exit_code == 0
	assert "correct, 31 added, 0 changed, 0 unchanged (checked only" in result.stdout


def test_loading_twice_changes_nothing(tmp_path):
	first = load("seed", "--site", tmp_path)
	again = load(SEED, "--site", tmp_path)
	assert "31 added, 0 changed, 0 unchanged" in first.stdout
	assert "0 added, 0 changed, 31 unchanged" in again.stdout
