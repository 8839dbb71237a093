"""Moments as forms of the Desk send them."""

from __future__ import annotations

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime

from plant_itsm.frappe_site.values import system_zone


def moment_of(text: str | None) -> datetime | None:
	"""An aware moment; without an offset it is in the time zone of the site. None for none."""
	if not text:
		return None
	try:
		moment = get_datetime(text)
	except ValueError:
		moment = None
	if moment is None:
		frappe.throw(_("{0} is no time. Write it like 2026-01-31 06:00:00.").format(escape_html(text)))
	return moment if moment.tzinfo else moment.replace(tzinfo=system_zone())
