"""Use plant_itsm on a site so that it leaves what a plant's use leaves: records, versions, passwords, series, notices.

Run with the Python of a bench, in its folder `sites`: ../env/bin/python .../leave_traces.py SITE
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone

import frappe


def main(site: str) -> None:
	frappe.init(site, sites_path=".")
	frappe.connect()
	from plant_itsm.frappe_site.site import site_ports
	from plant_itsm.ports import Notice
	from plant_itsm.tests.contract_plant import SmallPlant

	ports = site_ports()
	with ports.records.transaction():
		plant = SmallPlant(ports.records, "Trace")
		line = plant.line("Line", responsibles=[{"role": "Plant IT"}])
		ci = plant.ci("AR", production_line=line)
		plant.rule("Rule", ci)
		ports.records.update("OT CI", ci, {"manufacturer": "somebody"})
		ports.records.update("OT Connection", plant.connection, {"password": "secret"})
		stop = plant.stop("Stop", root_ci=ci, onset=datetime.now(timezone.utc))
		notice = Notice(("Administrator",), "Trace", "<p>Trace</p>", "Line Stop", stop)
		ports.notifier.notify(notice)
		_give_role("Administrator", "Plant IT")
		frappe.get_doc("Line Stop", stop).add_comment("Comment", "Trace")
		frappe.desk.form.assign_to.add(
			{"assign_to": ["Administrator"], "doctype": "OT CI", "name": ci, "description": "Trace"}
		)


def _give_role(user: str, role: str) -> None:
	"""Without a version of the user, which would be the site's own to keep."""
	doc = frappe.get_doc("User", user)
	doc.append_roles(role)
	doc.save(ignore_version=True)


if __name__ == "__main__":
	import frappe.desk.form.assign_to

	main(sys.argv[1])
