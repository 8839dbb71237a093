"""The maintenance that the pictures show, on a site with the demo plant: a robot that vibrates more and more, what is
predicted of it, plans, spares, and an order that is done.

usage: desk_maintenance.py SITE, with the bench's Python in its folder sites. Does nothing where the robot is measured
already.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from decimal import Decimal

import frappe

from plant_itsm.domain.maintenance_words import Finding
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ports import Ports, Record
from plant_itsm.services.condition_indicators import record_measurement
from plant_itsm.services.maintenance_orders import follow_predictions
from plant_itsm.services.maintenance_plans import watch_plans
from plant_itsm.services.maintenance_usage import local_day
from plant_itsm.services.order_schedule import complete

ROBOT, SITE = "AR-042", "Demo Plant"
VIBRATION, HOURS = "AR-042 axis 1 vibration", "AR-042 running hours"
BEARING = "Bearing of axis 1"
DAY = timedelta(days=1)
DAYS = 45
"""How long has been measured."""
STEPS = (
	{"step": "Vibration of axis 1", "limit_kind": "At Most", "highest": 2.8, "unit": "mm/s"},
	{"step": "Backlash of axis 1", "limit_kind": "Between", "lowest": 0.01, "highest": 0.06, "unit": "mm"},
	{"step": "Cables and hoses looked at"},
)


def measure(ports: Ports) -> None:
	common = {"ci": ROBOT}
	vibration = {"quantity": "Velocity, r.m.s.", "unit": "mm/s", "zone_set": "ISO 20816-3 group 2, rigid"}
	ports.records.insert("Condition Indicator", {"indicator_name": VIBRATION, **vibration, **common})
	hours = {"quantity": "Running hours", "unit": "h"}
	ports.records.insert("Condition Indicator", {"indicator_name": HOURS, **hours, **common})
	for day in range(DAYS):
		at = ports.clock.now() - (DAYS - 1 - day) * DAY - timedelta(minutes=1)
		ripple = 0.12 * (day % 5 - 2)
		record_measurement(ports, VIBRATION, round(1.1 + 0.0012 * day**2 + ripple, 2), at)
		record_measurement(ports, HOURS, 18_200.0 + 14.5 * day, at)


def stock(ports: Ports) -> None:
	part: Record = {"part_name": BEARING, "order_code": "KR-A1-6412", "fits": [{"ci": ROBOT}], "on_hand": 3}
	money = {"unit_cost": Decimal("412.00"), "currency": "EUR"}
	ports.records.insert("Spare Part", {**part, **money, "swap_minutes": 90, "lead_time_days": 21.0})


def plan(ports: Ports, name: str, every: float, due_in: int, **more: object) -> None:
	today = local_day(ports.records, ROBOT, ports.clock.now())
	values: Record = {
		"plan_name": name,
		"ci": ROBOT,
		"every": every,
		"tolerance_days": 4,
		"duration_minutes": 45,
	}
	starts = today + (due_in - int(every)) * DAY if due_in else today - 60 * DAY
	ports.records.insert("Maintenance Plan", {**values, "counts_from": starts, **more})


def plans(ports: Ports) -> None:
	plan(ports, "AR-042 condition check", 30.0, 9, kind="Inspection", rhythm="Fixed", steps=list(STEPS))
	plan(ports, "AR-042 greasing", 90.0, 12, steps=[{"step": "Grease axes 1 to 3"}])
	by_hours = {"basis": "Running Hours", "usage_source": "Condition Indicator", "meter": HOURS}
	plan(ports, "AR-042 gear oil", 2000.0, 0, **by_hours, counter_from=17_600.0, lead_days=21)


def window(ports: Ports) -> None:
	now = ports.clock.now().replace(hour=5, minute=0, second=0, microsecond=0)
	saturday = now + (5 - now.weekday()) % 7 * DAY
	values = {"window_name": "Saturday maintenance", "kind": "Maintenance Window", "plant_site": SITE}
	times = {"starts_at": saturday, "ends_at": saturday + timedelta(hours=8)}
	if not ports.records.count("Change Window", {"name": values["window_name"]}):
		ports.records.insert("Change Window", {**values, **times, "recurrence_rule": "FREQ=WEEKLY;COUNT=12"})


def work(ports: Ports) -> None:
	"""An order that was done three weeks ago."""
	labour = [{"hours": 3.5, "rate": Decimal("78.00"), "currency": "EUR"}]
	values: Record = {
		"title": "AR-042 drops parts: gripper valve",
		"ci": ROBOT,
		"kind": "Corrective",
		"duration_minutes": 210,
		"labour": labour,
		"parts": [{"spare_part": BEARING, "quantity": 1}],
		"done_at": ports.clock.now().replace(microsecond=0) - 21 * DAY,
	}
	order = ports.records.insert("Maintenance Order", values)
	complete(ports, str(order["name"]), Finding.FAILURE_FOUND, "Bearing worn, replaced", "Administrator")


def predict(ports: Ports) -> None:
	said = {"probability": 0.78, "horizon_days": 14.0, "model": "bearing", "model_version": "3"}
	ports.records.insert("Failure Prediction", {"ci": ROBOT, **said})
	follow_predictions(ports)


def main(site: str) -> None:
	with frappe.init_site(site):
		frappe.connect()
		ports = site_ports()
		if ports.records.count("Condition Indicator", {"name": VIBRATION}):
			return
		for step in (measure, stock, plans, window, work, predict):
			step(ports)
		watch_plans(ports)
		frappe.db.commit()


if __name__ == "__main__":
	main(sys.argv[1])
