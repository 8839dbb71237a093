"""The naive scan that the window finder is measured against: every occurrence of every window of the year, and for each
of them every obstacle. For requests that planned production does not block, without people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from dateutil.rrule import rrulestr

from plant_itsm.domain.time_spans import Span, minus

YEAR = timedelta(days=366)


def naive_slots(name: str, count: int, now: datetime) -> list[Span]:
	"""The next times for a request."""
	request = frappe.get_doc("OT Change Request", name)
	kind = frappe.db.get_value("OT Change Type", request.change_type, "window_kind")
	place = frappe.get_doc("OT CI", request.cis[0].ci)
	zone = ZoneInfo(frappe.db.get_value("Plant Site", place.plant_site, "time_zone"))
	within = Span(now, now + YEAR)
	windows = frappe.get_all("Change Window", {"plant_site": place.plant_site, "enabled": 1}, ["*"])
	suitable = [window for window in windows if window.ci_class in (None, "", place.ci_class)]
	open_spans = sorted(span for one in suitable if one.kind == kind for span in _spans(one, zone, within))
	freezes = [span for one in suitable if one.kind == "Freeze" for span in _spans(one, zone, within)]
	obstacles = [*freezes, *_changes(place.name, name)]
	duration = timedelta(minutes=request.duration_minutes)
	found: list[Span] = []
	for span in open_spans:
		usable = Span(max(span.start, now), span.end)
		blocking = [one for one in obstacles if one.start < usable.end and usable.start < one.end]
		free = next((one for one in minus([usable], blocking) if one.end - one.start >= duration), None)
		if free is not None:
			found.append(Span(free.start, free.start + duration))
		if len(found) == count:
			break
	return found


def _spans(window: frappe._dict, zone: ZoneInfo, within: Span) -> Iterator[Span]:
	system = ZoneInfo(frappe.utils.get_system_timezone())
	start, end = (
		moment.replace(tzinfo=system).astimezone(zone).replace(tzinfo=None)
		for moment in (window.starts_at, window.ends_at)
	)
	last = datetime.combine(window.repeat_until, datetime.max.time())
	rule = rrulestr(window.recurrence_rule, dtstart=start).replace(until=last)
	for begin in sorted({start, *rule}):  # the first counts even where the rule leaves it out
		span = Span(begin.replace(tzinfo=zone), (begin + (end - start)).replace(tzinfo=zone))
		if span.start < within.end and span.end > within.start:
			yield span


def _changes(ci: str, but: str) -> Iterator[Span]:
	system = ZoneInfo(frappe.utils.get_system_timezone())
	states = ["Scheduled", "In Progress"]
	for row in frappe.get_all("OT Change Request", {"status": ["in", states], "name": ["!=", but]}, ["*"]):
		if frappe.db.exists("Change CI", {"parent": row.name, "ci": ci}):
			start = row.actual_start or row.planned_start
			yield Span(start.replace(tzinfo=system), row.planned_end.replace(tzinfo=system))
