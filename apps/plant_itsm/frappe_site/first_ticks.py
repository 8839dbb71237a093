"""When our scheduled jobs run for the first time.

Frappe counts from the moment in which a job was noted, in the time zone of the site. A site that has the app before its
setup wizard chooses a zone has noted its jobs hours ahead of its own clock, and would do nothing until then.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import now_datetime

from plant_itsm.frappe_site.meta import APP

JOB_TYPE = "Scheduled Job Type"


def begin_now(arguments: dict[str, Any] | None = None) -> None:
	"""arguments: what people have told the setup wizard."""
	ahead = {"method": ["like", f"{APP}.%"], "creation": [">", now_datetime()]}
	for name in frappe.get_all(JOB_TYPE, filters=ahead, pluck="name"):
		frappe.db.set_value(JOB_TYPE, name, "creation", now_datetime(), update_modified=False)
