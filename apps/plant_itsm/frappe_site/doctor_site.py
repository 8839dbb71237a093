"""What the doctor cannot know of a Frappe site by itself: its queues and its scheduler."""

from __future__ import annotations

from frappe.utils.background_jobs import generate_qname
from frappe.utils.scheduler import is_scheduler_inactive

from plant_itsm.ot_listeners.doctor.examination import Site
from plant_itsm.ot_listeners.status import Queues

_ADD_WORKERS = (
	'"workers": {"ot": {"timeout": 300, "background_workers": N}} in sites/common_site_config.json,'
	" with N = connections + 1; then bench setup supervisor (or a Procfile line: bench worker --queue ot) and restart"
)


def doctor_site() -> Site:
	return Site(
		ot_queue=generate_qname("ot"),
		short_queue=generate_qname("short"),
		add_workers=_ADD_WORKERS,
		why_asleep=_why_asleep,
	)


def queues() -> Queues:
	return Queues(generate_qname("ot"), generate_qname("short"), _why_asleep())


def _why_asleep() -> str:
	if is_scheduler_inactive(verbose=False):
		return "the site's scheduler is off (disabled, paused, or the site is in maintenance mode)"
	return ""
