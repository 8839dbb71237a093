"""The web form for faults gets fields that a screen reader can name, where its script is the one that we shipped."""

from __future__ import annotations

from hashlib import sha256

import frappe

from plant_itsm.frappe_site.desk_records import shipped

FORMER = "1df47d1e8e8f7d4c31cef0751b0be35c4987109e19daee0ff86bbc97aa9297d0"
FIELDS = ("client_script", "custom_css", "breadcrumbs")


def execute() -> None:
	(form,) = (record for record in shipped() if record["doctype"] == "Web Form")
	for row in frappe.get_all("Web Form", filters={"route": form["route"]}, fields=["name", *FIELDS]):
		script = (row.client_script or "").strip()
		if sha256(script.encode()).hexdigest() == FORMER and not (row.custom_css or row.breadcrumbs):
			frappe.db.set_value("Web Form", row.name, {field: form[field] for field in FIELDS})
