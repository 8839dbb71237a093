"""Plans beside signals: counters that the pipeline feeds, and two who look at the same plans at the same time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from plant_itsm.embedded.store import open_store
from plant_itsm.services.maintenance_plans import look_at, watch_plans
from plant_itsm.services.maintenance_watch import watch
from tests.services.test_maintenance import TOPIC

DAY = timedelta(days=1)


def add_plan(plant, name, **more):
	today = plant.clock.moment.date()
	values = {"plan_name": name, "ci": "AR-042", "every": 30.0, "counts_from": today - 25 * DAY}
	plant.records.insert("Maintenance Plan", {**values, "tolerance_days": 3, **more})


def test_a_counter_over_mqtt_brings_its_plan_due(plant):
	meter = "AR-042 cycles"
	plant.records.insert("Condition Indicator", {"indicator_name": meter, "ci": "AR-042", "unit": "cycles"})
	rule = {"rule_name": "cycles", "connection": "Cell Broker", "ci": "AR-042", "condition": "any"}
	address = f"{TOPIC}/cycles"
	kind = {"event_kind": "Condition Value", "condition_indicator": meter}
	plant.records.insert("Signal Rule", {**rule, **kind, "address": address, "value_path": "n"})
	counted = {"basis": "Cycles", "usage_source": "Condition Indicator", "meter": meter}
	add_plan(plant, "Belt", **counted, every=10_000.0, counter_from=50_000.0, lead_days=2)
	drain = plant.drain()
	for day in range(11):
		drain.process([plant.streamed(address, f'{{"n": {50_000 + 900 * day}}}')])
		watch(plant.ports)
		plant.clock.move(86_400)
	(order,) = plant.records.find("Maintenance Order")
	plan = plant.records.get("Maintenance Plan", "Belt")
	assert plan["maintenance_order"] == order["name"]
	assert plan["used"] >= 10_000 - 3 * 900
	assert "÷ 900 a day" in plan["explanation"]


def test_who_looks_at_once_at_plans_of_a_visit_makes_one_order(plant, tmp_path):
	names = [f"Plan {place}" for place in range(4)]
	for name in names:
		add_plan(plant, name)
	stores = [open_store(tmp_path / "plant.sqlite", plant.clock) for _ in range(4)]
	try:
		others = [replace(plant.ports, records=store) for store in stores]
		with ThreadPoolExecutor(len(names)) as pool:
			made = list(pool.map(look_at, others, names))
	finally:
		for store in stores:
			store.close()
	(order,) = plant.records.find("Maintenance Order")
	assert [name for name in made if name] == [order["name"]]
	waiting = {row["maintenance_order"] for row in plant.records.find("Maintenance Plan")}
	assert waiting == {order["name"]}
	assert watch_plans(plant.ports) == 0


def test_what_one_plan_meets_holds_up_no_other(plant):
	add_plan(plant, "Loose", basis="Units", usage_source="Production of the Line", ci="SAP-ME", every=5.0)
	add_plan(plant, "Grease")
	assert watch_plans(plant.ports) == 1
	assert "belongs to no production line" in plant.records.get("Maintenance Plan", "Loose")["explanation"]


def test_nothing_is_planned_for_a_retired_ci(plant):
	add_plan(plant, "Grease")
	plant.records.update("OT CI", "AR-042", {"status": "Retired"})
	assert watch_plans(plant.ports) == 0
