"""Good units of a line from ERPNext: what its Work Orders have finished in a month, as Production Output.

A Work Order names its line. What a person has entered for a month goes before it and is not touched.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate
from pypika.functions import Coalesce, Sum

from plant_itsm.custom_fields import WORK_ORDER_LINE
from plant_itsm.domain.months import Month
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.frappe_site.erpnext_costs import said_and_left_out
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.production_output import DOCTYPE

SOURCE, MANUFACTURE = "ERPNext", "Manufacture"


def finished(doc: Document, method: str | None = None) -> None:
	"""Count anew what the line of a Stock Entry has made in its month, once it is submitted or cancelled."""
	if doc.purpose != MANUFACTURE or not doc.work_order:
		return
	if not frappe.get_meta("Work Order").has_field(WORK_ORDER_LINE):
		return
	line = frappe.db.get_value("Work Order", doc.work_order, WORK_ORDER_LINE)
	if line:
		with said_and_left_out(_("Not Counted as Output of the Line")):
			_note(line, Month.of(getdate(doc.posting_date)))


def _note(line: str, month: Month) -> None:
	records, units = FrappeRecords(), _good_units(line, month)
	known = [
		row for row in records.find(DOCTYPE, {"production_line": line}) if Month.of(row["month"]) == month
	]
	if not known:
		values = {"production_line": line, "month": month.first_day, "good_units": units, "source": SOURCE}
		records.insert(DOCTYPE, {**values, "note": "Finished by Work Orders of this line"})
	elif known[0]["source"] == SOURCE:
		records.update(DOCTYPE, known[0]["name"], {"good_units": units})


def _good_units(line: str, month: Month) -> int:
	entry, order = frappe.qb.DocType("Stock Entry"), frappe.qb.DocType("Work Order")
	good = entry.fg_completed_qty - Coalesce(entry.process_loss_qty, 0)
	rows = (
		frappe.qb.from_(entry)
		.join(order)
		.on(entry.work_order == order.name)
		.select(Sum(good))
		.where((entry.docstatus == SUBMITTED) & (entry.purpose == MANUFACTURE))
		.where((order[WORK_ORDER_LINE] == line) & entry.posting_date[month.first_day : month.last_day])
		.run()
	)
	return int(rows[0][0] or 0)
