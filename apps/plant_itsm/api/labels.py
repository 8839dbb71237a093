"""Sheets of QR labels for the CIs that were chosen in a list."""

from __future__ import annotations

import frappe
from frappe import _

from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.qr_codes import ci_qr_code
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.labels import note_printed

PER_SHEET = 24
"""Of 70 x 37 mm on A4."""
MOST_LABELS = 20 * PER_SHEET
FIELDS = ["name", "title", "ci_class", "production_line", "location"]


@frappe.whitelist(methods=["POST"])
def sheet(names: str | list[str]) -> None:
	"""Answer with a page of labels that prints itself, in the order of `names` (a JSON list), and keep that they were
	printed. CIs that the user may not read are left out."""
	frappe.has_permission("OT CI", "print", throw=True)
	asked: list[str] = list(dict.fromkeys(frappe.parse_json(names)))
	if not 0 < len(asked) <= MOST_LABELS:
		frappe.throw(_("Choose 1 to {0} CIs; these are {1}.").format(MOST_LABELS, len(asked)))
	found = frappe.get_list("OT CI", filters={"name": ["in", asked]}, fields=FIELDS, limit_page_length=0)
	rows = {row.name: row for row in found}
	labels = [(rows[name], ci_qr_code(name)) for name in asked if name in rows]
	note_printed(FrappeRecords(), rows, SystemClock().now())
	context = {"labels": labels, "per_sheet": PER_SHEET, "lang": frappe.local.lang}
	frappe.response.update(
		type="download",
		filename="labels.html",
		filecontent=frappe.render_template("plant_itsm/templates/ci_label_sheet.html", context),
		content_type="text/html",
		display_content_as="inline",
	)
