"""Every method that can be called over the network, called as every role: the table says who gets past its check."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frappe

import plant_itsm
from plant_itsm.tests.method_rights import METHODS, ROLES
from plant_itsm.tests.site_case import PlantCase

PACKAGE = Path(plant_itsm.__file__).resolve().parent
NOBODY = (None, "Guest")
"""A user without a role, and who has not logged in."""
GATEWAY = "Plant Gateway"
"""The role of machines: it takes them past one check, and past no other."""
CLOSED_PORT = 9
WRONG = "nonsense"
"""For a moment or a word: where a call gets past its check, it is refused for this, and changes nothing."""

Names = dict[str, str]
OF_ERPNEXT = {"spares.order": "Material Request"}
"""Methods that have nothing to do without a DocType of ERPNext."""

CALLS: dict[str, Callable[[Names], dict[str, Any]]] = {
	"changes.find_windows": lambda n: {"change": n["change"]},
	"changes.decide": lambda n: {"change": n["change"], "decision": WRONG, "comment": ""},
	"changes.window_events": lambda n: {"start": "2026-01-01", "end": "2026-01-02"},
	"changes.windows_as_icalendar": lambda n: {"days": 1},
	"connections.test_connection": lambda n: {"connection": n["connection"]},
	"connections.browse": lambda n: {"connection": n["connection"], "seconds": 0.5},
	"costs.charge_statement": lambda n: {"statement": n["statement"]},
	"costs.post_file": lambda n: {"file_url": "/private/files/none.csv"},
	"costs.workbook": lambda n: {"report": "Showback by Line", "filters": {}},
	"costs.reverse_entry": lambda n: {"entry": n["entry"], "on": "2026-01-01", "reason": ""},
	"drills.rehearse": lambda n: {"rule": n["disabled_rule"]},
	"drills.progress": lambda n: {"drill": n["drill"]},
	"drills.clean_up": lambda n: {"drill": n["drill"]},
	"equipment_tree.children": lambda n: {},
	"fault_reports.report": lambda n: {"ci": n["ci"], "text": "x", "effect": WRONG},
	"gateway.receive": lambda n: {"batch": {}},
	"graph.view": lambda n: {"doctype": "OT CI", "name": n["ci"]},
	"impact.what_if": lambda n: {"doctype": "OT CI", "name": n["ci"]},
	"incidents.summary": lambda n: {"line_stop": n["stop"]},
	"inventory.retire": lambda n: {"cis": n["ci"], "reason": ""},
	"inventory.report_fingerprint": lambda n: {"ci": n["ci"], "sha256": WRONG},
	"inventory.graph_changes": lambda n: {"ci": n["ci"]},
	"labels.sheet": lambda n: {"names": [n["ci"]]},
	"line_stops.state": lambda n: {"line_stop": n["stop"]},
	**{
		f"line_stops.{move}": lambda n: {"line_stop": n["stop"], "at": WRONG}
		for move in ("acknowledge", "start_diagnosis", "dispatch", "start_repair", "restore")
	},
	"line_stops.estimate_repair": lambda n: {"line_stop": n["stop"], "minutes": -1},
	"line_stops.repair_failed": lambda n: {"line_stop": n["stop"], "reason": "", "at": WRONG},
	"line_stops.review": lambda n: {"line_stop": n["stop"], "failure_mode": WRONG},
	"line_stops.complete_step": lambda n: {"line_stop": n["stop"], "step": WRONG, "result": ""},
	"line_stops.run_diagnosis": lambda n: {"line_stop": n["stop"]},
	"listener_status.status": lambda n: {},
	"listener_status.metrics": lambda n: {},
	"maintenance.find_slots": lambda n: {"order": n["order"], "count": 1},
	"maintenance.schedule": lambda n: {"order": n["order"], "starts_at": WRONG},
	"maintenance.make_change": lambda n: {"order": n["done_order"]},
	"maintenance.start": lambda n: {"order": n["done_order"]},
	"maintenance.complete": lambda n: {"order": n["done_order"], "finding": WRONG},
	"maintenance.make_stock_entry": lambda n: {"order": n["done_order"]},
	"maintenance.order_now": lambda n: {"plan": n["plan"]},
	"maintenance.look_again": lambda n: {"plan": n["plan"]},
	"maintenance.follow_prediction": lambda n: {"prediction": n["prediction"]},
	"maintenance.reserve_spare": lambda n: {"unit": n["unit"], "line_stop": n["stop"]},
	"maintenance.release_spare": lambda n: {"unit": n["unit"]},
	"maintenance.activate_spare": lambda n: {"unit": n["unit"]},
	"maintenance.record_measurement": lambda n: {"indicator": n["indicator"], "value": 1.0, "at": WRONG},
	"maintenance.condition_history": lambda n: {"indicator": n["indicator"], "period": WRONG},
	"maintenance.ci_conditions": lambda n: {"ci": n["ci"]},
	"plant_loads.load_demo": lambda n: {},
	"plant_loads.unload": lambda n: {"load": n["load"]},
	"plant_now.lines": lambda n: {},
	"plant_setup.steps": lambda n: {},
	"plant_setup.check_workbook": lambda n: {"file_url": WRONG},
	"plant_setup.load_workbook": lambda n: {"file_url": WRONG},
	"proposals.discover": lambda n: {"connection": n["connection"], "seconds": 0.5},
	"proposals.accept": lambda n: {"proposal": n["proposal"]},
	"proposals.compare": lambda n: {"proposal": n["proposal"], "ci": n["ci"]},
	"proposals.merge": lambda n: {"proposal": n["proposal"], "ci": n["ci"]},
	"proposals.ignore": lambda n: {"proposal": n["proposal"]},
	"reviews.start_review": lambda n: {"line_stop": n["drill_stop"]},
	"reviews.raise_problem": lambda n: {"line_stops": [n["drill_stop"]]},
	"service_layers.layers": lambda n: {"plant_site": n["site"]},
	"signals.try_rule": lambda n: {"rule": n["disabled_rule"], "file_url": WRONG},
	"signals.replay_letters": lambda n: {"names": [n["letter"]]},
	"spares.proposal": lambda n: {"spare_part": n["part"]},
	"spares.order": lambda n: {"spare_part": n["part"]},
	"stop_costs.explain": lambda n: {"line_stop": n["stop"]},
	"stop_history.correct_onset": lambda n: {"line_stop": n["stop"], "onset": WRONG, "reason": ""},
	"stop_history.correct_end": lambda n: {"line_stop": n["stop"], "ended_at": WRONG, "reason": ""},
	"stop_history.split": lambda n: {"line_stop": n["stop"], "at": WRONG, "reason": ""},
	"stop_history.merge": lambda n: {"line_stop": n["stop"], "others": [], "reason": ""},
	"stop_history.reclassify": lambda n: {"line_stop": n["stop"], "classification": WRONG, "reason": ""},
}


def whitelisted() -> set[str]:
	"""`module.function` of every whitelisted function of the package, and `path::function` of one outside of api."""
	found = set()
	for file in PACKAGE.rglob("*.py"):
		for node in ast.walk(ast.parse(file.read_text("utf-8"))):
			if isinstance(node, ast.FunctionDef) and any(map(_is_whitelist, node.decorator_list)):
				where = file.stem if file.parent.name == "api" else f"{file.relative_to(PACKAGE)}:"
				found.add(f"{where}.{node.name}")
	return found


def _is_whitelist(decorator: ast.expr) -> bool:
	called = decorator.func if isinstance(decorator, ast.Call) else decorator
	return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) == "whitelist"


class TestMethodRights(PlantCase):
	def row(self, doctype: str, **values: Any) -> str:
		"""A record as far as a permission check looks at one."""
		doc = frappe.get_doc({"doctype": doctype, **values})
		doc.name = self.named(f"{doctype} {frappe.generate_hash(length=4)}")
		doc.db_insert()
		return doc.name

	def names(self) -> Names:
		ci, connection = self.plant.ci("CI"), self.plant.connection
		self.records.update("OT Connection", connection, {"host": "127.0.0.1", "port": CLOSED_PORT})
		part = self.row("Spare Part", part_name=self.named("part"))
		done = {"title": self.prefix, "ci": ci, "kind": "Inspection", "status": "Done"}
		return {
			"ci": ci,
			"site": self.plant.site,
			"connection": connection,
			"disabled_rule": self.plant.rule("rule", ci, enabled=False),
			"stop": self.plant.stop("stop"),
			"drill_stop": self.plant.stop("drill", is_drill=True),
			"drill": self.row(
				"Line Stop Drill", status="Refused", person="x", **_moments("started_at", "clean_up_at")
			),
			"load": self.row("Plant Load", plant=self.prefix, status="Unloaded", records="[]"),
			"letter": self.row("Signal Dead Letter", connection=connection, reason="x"),
			"proposal": self.row("CI Proposal", status="Ignored", connection=connection),
			"change": self.row("OT Change Request", title=self.prefix, status="Closed"),
			"statement": self.row("Showback Statement", plant_site=self.plant.site),
			"entry": self.row("Plant Cost Entry", plant_site=self.plant.site),
			"order": self.row("Maintenance Order", **{**done, "status": "Open"}),
			"done_order": self.row("Maintenance Order", **done),
			"plan": self.row("Maintenance Plan", plan_name=self.prefix, ci=ci, enabled=0),
			"prediction": self.row("Failure Prediction", ci=ci),
			"part": part,
			"unit": self.row("Spare Unit", spare_part=part, state="Scrapped"),
			"indicator": self.row("Condition Indicator", ci=ci, unit="mm"),
		}

	def test_every_method_stands_in_the_table(self):
		self.assertEqual(whitelisted(), set(METHODS))
		self.assertEqual(set(CALLS), set(METHODS))

	def test_no_method_is_open_to_guests(self):
		for name in METHODS:
			self.assertNotIn(frappe.get_attr(f"plant_itsm.api.{name}"), frappe.guest_methods, name)

	def test_each_role_gets_past_the_checks_that_the_table_says(self):
		names = self.names()
		frappe.db.commit()
		self._serve_metrics()
		loads = set(frappe.get_all("Plant Load", pluck="name"))
		self.addCleanup(self._unload_new, loads)
		for role in (*ROLES, GATEWAY, *NOBODY):
			user = self.as_user(role)
			frappe.db.commit()
			for method, roles in METHODS.items():
				with self.subTest(method=method, role=role or "no role"):
					if method in OF_ERPNEXT and not frappe.db.exists("DocType", OF_ERPNEXT[method]):
						self.skipTest(f"{OF_ERPNEXT[method]} is a record of ERPNext")
					is_let_in = role in roles or (role, method) == (GATEWAY, "gateway.receive")
					self.assertEqual(self._gets_past(method, CALLS[method](names)), is_let_in)
				frappe.set_user(user)

	def _serve_metrics(self) -> None:
		settings = ("Plant ITSM Settings", "metrics_enabled")
		before = frappe.db.get_single_value(*settings)
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.set_single_value, *settings, before)
		frappe.db.set_single_value(*settings, 1)
		frappe.db.commit()

	def _gets_past(self, method: str, arguments: dict[str, Any]) -> bool:
		"""Whatever else a method refuses, it has checked the rights before."""
		try:
			frappe.get_attr(f"plant_itsm.api.{method}")(**arguments)
		except frappe.PermissionError:
			return False
		except Exception:
			pass
		finally:
			frappe.db.rollback()
			frappe.clear_messages()
		return True

	def _unload_new(self, known: set[str]) -> None:
		"""The demo plant, where this site had none."""
		from plant_itsm.services.plant_loads import unload_plant

		frappe.set_user("Administrator")
		for name in set(frappe.get_all("Plant Load", {"status": "Loaded"}, pluck="name")) - known:
			unload_plant(self.records, name)


def _moments(*fieldnames: str) -> dict[str, str]:
	return dict.fromkeys(fieldnames, "2026-01-01 00:00:00")
