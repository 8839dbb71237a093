"""Who gets past the permission check of each whitelisted method: the table that a site is held against.

docs/permissions.md is made from it. A new method without a row here fails the test.
"""

from __future__ import annotations

ROLES = (
	"System Manager",
	"Plant Admin",
	"Plant IT",
	"Production Manager",
	"Shift Leader",
	"Robot Maintenance",
	"Safety Engineer",
	"IT Change Manager",
	"CAB Member",
	"Finance Controller",
	"Plant Viewer",
)


def _but(*roles: str) -> tuple[str, ...]:
	return tuple(role for role in ROLES if role not in roles)


EVERYBODY = ROLES
KEEPERS = ("System Manager", "Plant Admin", "Plant IT")
"""Who keeps the records of the plant."""
REPAIRERS = (*KEEPERS, "Robot Maintenance")
PRODUCTION = (*REPAIRERS, "Production Manager")
RESPONDERS = (*PRODUCTION, "Shift Leader")
"""Who does something about a stop."""
MANAGERS = ("System Manager", "Plant Admin", "Production Manager")
CONTROLLERS = ("System Manager", "Plant Admin", "Finance Controller")

METHODS: dict[str, tuple[str, ...]] = {
	"changes.decide": _but("Shift Leader", "Finance Controller", "Plant Viewer"),
	"changes.find_windows": _but("Shift Leader", "Finance Controller", "Plant Viewer"),
	"changes.window_events": _but("Shift Leader", "Finance Controller", "Plant Viewer"),
	"changes.windows_as_icalendar": _but("Shift Leader", "Finance Controller", "Plant Viewer"),
	"connections.browse": KEEPERS,
	"connections.test_connection": KEEPERS,
	"costs.charge_statement": CONTROLLERS,
	"costs.post_file": CONTROLLERS,
	"costs.reverse_entry": CONTROLLERS,
	"costs.workbook": ("System Manager", "Plant Admin", "Production Manager", "Finance Controller"),
	"drills.clean_up": (*KEEPERS, "Production Manager"),
	"drills.progress": _but("Safety Engineer", "CAB Member", "Finance Controller"),
	"drills.rehearse": (*KEEPERS, "Production Manager"),
	"equipment_tree.children": EVERYBODY,
	"fault_reports.report": EVERYBODY,
	"gateway.receive": (),
	"graph.view": EVERYBODY,
	"impact.what_if": EVERYBODY,
	"incidents.summary": _but("CAB Member", "Finance Controller"),
	"inventory.graph_changes": EVERYBODY,
	"inventory.report_fingerprint": REPAIRERS,
	"inventory.retire": KEEPERS,
	"labels.sheet": EVERYBODY,
	"line_stops.acknowledge": RESPONDERS,
	"line_stops.complete_step": RESPONDERS,
	"line_stops.dispatch": RESPONDERS,
	"line_stops.estimate_repair": REPAIRERS,
	"line_stops.repair_failed": REPAIRERS,
	"line_stops.restore": RESPONDERS,
	"line_stops.review": MANAGERS,
	"line_stops.run_diagnosis": RESPONDERS,
	"line_stops.start_diagnosis": RESPONDERS,
	"line_stops.start_repair": REPAIRERS,
	"line_stops.state": _but("CAB Member", "Finance Controller"),
	"listener_status.metrics": KEEPERS,
	"listener_status.status": KEEPERS,
	"maintenance.activate_spare": REPAIRERS,
	"maintenance.ci_conditions": _but("CAB Member"),
	"maintenance.complete": PRODUCTION,
	"maintenance.condition_history": _but("CAB Member"),
	"maintenance.find_slots": _but("CAB Member"),
	"maintenance.follow_prediction": REPAIRERS,
	"maintenance.look_again": PRODUCTION,
	"maintenance.make_change": PRODUCTION,
	"maintenance.make_stock_entry": PRODUCTION,
	"maintenance.order_now": PRODUCTION,
	"maintenance.record_measurement": REPAIRERS,
	"maintenance.release_spare": REPAIRERS,
	"maintenance.reserve_spare": REPAIRERS,
	"maintenance.schedule": PRODUCTION,
	"maintenance.start": PRODUCTION,
	"plant_loads.load_demo": KEEPERS,
	"plant_loads.unload": KEEPERS,
	"plant_now.lines": _but("CAB Member", "Finance Controller"),
	"plant_setup.check_workbook": KEEPERS,
	"plant_setup.load_workbook": KEEPERS,
	"plant_setup.steps": KEEPERS,
	"proposals.accept": KEEPERS,
	"proposals.compare": PRODUCTION,
	"proposals.discover": KEEPERS,
	"proposals.ignore": KEEPERS,
	"proposals.merge": KEEPERS,
	"reviews.raise_problem": PRODUCTION,
	"reviews.start_review": PRODUCTION,
	"service_layers.layers": EVERYBODY,
	"signals.replay_letters": KEEPERS,
	"signals.try_rule": PRODUCTION,
	"spares.order": (),
	"spares.proposal": _but("CAB Member"),
	"stop_costs.explain": MANAGERS,
	"stop_history.correct_end": MANAGERS,
	"stop_history.correct_onset": MANAGERS,
	"stop_history.merge": MANAGERS,
	"stop_history.reclassify": MANAGERS,
	"stop_history.split": MANAGERS,
}
"""`module.function` of plant_itsm.api -> the roles.

gateway.receive takes the role Plant Gateway, which is for machines and has no other right; spares.order takes
ERPNext's right to make a Material Request, which none of our roles has by itself; listener_status.metrics is off until
the settings turn it on.
"""
