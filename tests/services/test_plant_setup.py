"""Plant Setup: the records alone say how far a plant has come."""

import pytest

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.store import open_store
from plant_itsm.services.plant_setup import setup_steps

KEYS = ["site", "lines", "cis", "connection", "rule", "drill"]


def by_key(records):
	return {step.key: step for step in setup_steps(records)}


def test_nothing_is_done_on_an_empty_site(tmp_path):
	records = open_store(tmp_path / "plant.db", SystemClock())
	steps = setup_steps(records)
	records.close()
	assert [step.key for step in steps] == KEYS
	assert not any(step.is_done or step.lacks for step in steps)


def test_a_loaded_plant_has_only_its_rehearsal_before_it(plant):
	steps = by_key(plant.records)
	assert [key for key, step in steps.items() if not step.is_done] == ["drill"]
	assert (steps["lines"].count, steps["lines"].lacks) == (3, ())
	(silent,) = steps["connection"].lacks
	assert (silent.what, silent.names) == ("signal", ("Cell Broker", "Line Controller"))


def test_a_line_says_what_it_lacks(plant):
	area = plant.records.find("Plant Area")[0]["name"]
	plant.records.insert("Production Line", {"line_name": "Paint", "plant_area": area, "units_per_shift": 10})
	lacks = by_key(plant.records)["lines"].lacks
	assert [(lack.what, lack.names) for lack in lacks] == [
		("shifts", ("Paint",)),
		("people", ("Paint",)),
		("price", ("Paint",)),
	]


def test_cis_that_stop_no_line_are_not_enough(plant):
	for ci in plant.records.find("OT CI"):
		plant.records.update("OT CI", ci["name"], {"line_effect": "No Direct Effect"})
	cis = by_key(plant.records)["cis"]
	assert not cis.is_done
	assert [lack.what for lack in cis.lacks] == ["effect"]


def test_a_step_goes_back_when_its_records_go(plant):
	for rule in plant.records.find("Signal Rule"):
		plant.records.update("Signal Rule", rule["name"], {"enabled": False})
	assert not by_key(plant.records)["rule"].is_done


def test_connections_that_anybody_on_the_network_could_read_are_told(plant):
	plant.records.update("OT Connection", "Cell Broker", {"host": "broker.example"})
	plant.records.update("OT Connection", "Line Controller", {"endpoint_url": "opc.tcp://10.20.0.7:4840"})
	lacks = {lack.what: lack.names for lack in by_key(plant.records)["connection"].lacks}
	assert lacks["encryption"] == ("Cell Broker", "Line Controller")
	plant.records.update("OT Connection", "Cell Broker", {"use_tls": True})
	secure = {"security_policy": "Basic256Sha256", "security_mode": "Sign"}
	plant.records.update("OT Connection", "Line Controller", secure)
	assert "encryption" not in {lack.what for lack in by_key(plant.records)["connection"].lacks}


def test_a_connection_to_a_metadata_address_is_not_kept(plant):
	with pytest.raises(InvalidRecordError, match="link-local"):
		plant.records.update("OT Connection", "Cell Broker", {"host": "169.254.169.254"})


def test_outside_of_the_networks_of_the_plant_no_connection_is_kept(plant):
	settings = "Plant ITSM Settings"
	plant.records.update(settings, settings, {"ot_networks": "10.20.0.0/16"})
	with pytest.raises(InvalidRecordError, match="in none of the networks"):
		plant.records.update("OT Connection", "Cell Broker", {"host": "10.21.0.1"})
	plant.records.update("OT Connection", "Cell Broker", {"host": "10.20.0.1"})
	with pytest.raises(InvalidRecordError, match="OT network 'plant'"):
		plant.records.update(settings, settings, {"ot_networks": "plant"})
