"""What the page Plant Setup asks for: how far a plant has come, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import escape_html

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.services.plant_check import ADDED, CHANGED, PlantCheck
from plant_itsm.services.plant_loads import LOAD, LOADED
from plant_itsm.services.plant_report import report_rows
from plant_itsm.services.plant_setup import setup_steps
from plant_itsm.services.plants import load_plant, load_report, plan_load
from plant_itsm.services.workbooks import WORKBOOK_SUFFIX

SITE = "Plant Site"
MOST_PROBLEMS = 200
COLUMNS = ("source", "line", "column", "value", "problem", "way_out", "dependents")


@frappe.whitelist(methods=["GET", "POST"])
def steps() -> dict[str, Any]:
	"""{steps: as SetupStep.as_json gives them, loads: [{name, plant, added}] that could be unloaded}. For whoever may
	create a Plant Site."""
	frappe.has_permission(SITE, "create", throw=True)
	loads = []
	if frappe.has_permission(LOAD, "write"):
		loads = frappe.get_list(LOAD, filters={"status": LOADED}, fields=["name", "plant", "added"])
	return {"steps": [step.as_json() for step in setup_steps(site_ports().records)], "loads": loads}


@frappe.whitelist(methods=["POST"])
def check_workbook(file_url: str) -> dict[str, Any]:
	"""What a load of an attached workbook would meet: {problems: [{source, line, column, value, problem, way_out}],
	more, outcome: in words}. Writes nothing."""
	frappe.has_permission(LOAD, "create", throw=True)
	found = _plan(_workbook(file_url))
	rows = [dict(zip(COLUMNS, row, strict=True)) for row in report_rows(found.problems)]
	outcome = "" if rows else str(load_report(found))
	return {"problems": rows[:MOST_PROBLEMS], "more": len(rows) > MOST_PROBLEMS, "outcome": outcome}


@frappe.whitelist(methods=["POST"])
def load_workbook(file_url: str) -> str:
	"""Load an attached workbook, all or nothing; the outcome in words. Takes the right to make each record of it."""
	frappe.has_permission(LOAD, "create", throw=True)
	path = _workbook(file_url)
	_check_may(_plan(path))
	try:
		return str(load_plant(site_ports().records, path))
	except PlantFileError as error:
		_refuse(error)


def _check_may(check: PlantCheck) -> None:
	"""A file could make users, or money: whoever loads it needs the rights that a form would ask for."""
	for action, right in ((ADDED, "create"), (CHANGED, "write")):
		for doctype in {write.row.doctype for write in check.writes if write.action == action}:
			frappe.has_permission(doctype, right, throw=True)


def _plan(path: Path) -> PlantCheck:
	try:
		return plan_load(site_ports().records, path)
	except PlantFileError as error:
		_refuse(error)


def _workbook(file_url: str) -> Path:
	"""The path of a workbook of the site that the user may read."""
	names = frappe.get_all("File", filters={"file_url": file_url, "is_folder": 0}, pluck="name")
	if not names:
		missing = _("There is no file {0}. Attach the workbook.")
		frappe.throw(missing.format(escape_html(file_url)), frappe.DoesNotExistError)
	file = frappe.get_doc("File", names[0])
	file.check_permission("read")
	path = Path(file.get_full_path())
	if file.is_remote_file or path.suffix.lower() != WORKBOOK_SUFFIX:
		frappe.throw(_("{0} is no workbook. Attach an .xlsx file.").format(escape_html(file_url)))
	return path


def _refuse(error: PlantFileError) -> NoReturn:
	frappe.throw(escape_html(str(error)).replace("\n", "<br>"), title=_("Plant"))
