"""The order of a visit: the checklists and parts of its plans, a time that costs least, and a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plant_itsm.domain.maintenance_plans import Visit
from plant_itsm.domain.maintenance_words import OrderKind, OrderStatus
from plant_itsm.domain.signals import key_of
from plant_itsm.ports import Ports, Record
from plant_itsm.services.maintenance_orders import open_ticket
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings
from plant_itsm.services.order_slots import cheapest, slot_fields, slots_of_order
from plant_itsm.services.work_orders import DOCTYPE

STEP_FIELDS = ("step", "limit_kind", "lowest", "highest", "unit")
PART_FIELDS = ("spare_part", "quantity", "unit_cost", "currency")
NO_WINDOW = "No change window of the kind is free in time: plan it by hand, or open a window."


def order_of_visit(ports: Ports, visit: Visit, plans: Sequence[Record], today: date) -> str:
	"""Make the order of plans that share a visit, in the transaction that is open. Returns its name.

	Raises DuplicateRecordError where somebody has made it meanwhile.
	"""
	records = ports.records
	values = _values(maintenance_settings(records), visit, plans, today)
	slot = cheapest(slots_of_order(records, values, ports.clock.now()))
	order = records.insert(DOCTYPE, values | slot_fields(slot, NO_WINDOW))
	records.update(DOCTYPE, order["name"], {"hd_ticket": open_ticket(records, order)})
	return str(order["name"])


def _values(settings: MaintenanceSettings, visit: Visit, plans: Sequence[Record], today: date) -> Record:
	due = {work.name: work.due_on for work in visit.plans}
	ordered = sorted(plans, key=lambda plan: (due[plan["name"]], plan["name"]))
	first = ordered[0]
	titles = ", ".join(plan["name"] for plan in ordered)
	usual = int(settings.duration.total_seconds()) // 60
	only_inspects = all(plan["kind"] == OrderKind.INSPECTION for plan in ordered)
	return {
		"title": titles if len(titles) <= 140 else f"{first['name'][:100]} and {len(ordered) - 1} more",
		"ci": first["ci"],
		"kind": OrderKind.INSPECTION if only_inspects else OrderKind.PREVENTIVE,
		"status": OrderStatus.OPEN,
		"description": "; ".join(f"{plan['name']}: due {due[plan['name']]}" for plan in ordered),
		"duration_minutes": sum(plan["duration_minutes"] or usual for plan in ordered),
		"skills": ", ".join(dict.fromkeys(plan["skills"] for plan in ordered if plan["skills"]))[:140],
		"change_type": next((plan["change_type"] for plan in ordered if plan["change_type"]), None),
		"earliest_on": max(visit.earliest, today),
		"do_by": visit.latest,
		"visit_key": key_of(first["name"], str(first["counts_from"]), str(due[first["name"]])),
		"plans": [
			{"maintenance_plan": plan["name"], "ci": plan["ci"], "due_on": due[plan["name"]]}
			for plan in ordered
		],
		"steps": [
			{"ci": plan["ci"], **{field: row[field] for field in STEP_FIELDS}}
			for plan in ordered
			for row in plan["steps"]
		],
		"parts": [{field: row[field] for field in PART_FIELDS} for plan in ordered for row in plan["parts"]],
	}
