"""MTBF of CIs: over a period, month by month, and before and after preventive work began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from plant_itsm.domain.maintenance_words import OrderKind, OrderStatus
from plant_itsm.domain.months import Month, months_between
from plant_itsm.domain.mtbf import BeforeAfter, Mtbf, Outage, before_and_after, mtbf
from plant_itsm.domain.time_spans import Span
from plant_itsm.ports import Record, Records
from plant_itsm.services.breakdowns import breakdowns_by_ci
from plant_itsm.services.failure_predictions import CI
from plant_itsm.services.lines import site_zones
from plant_itsm.services.work_orders import DOCTYPE as ORDER

WINDOW = timedelta(days=365)
"""Of the means month by month: each is that of the year before."""


@dataclass(frozen=True)
class MtbfTrend:
	"""months: per month of the period its last moment, with the MTBF of the year before."""

	ci: str
	production_line: str
	whole: Mtbf
	before_after: BeforeAfter
	months: tuple[tuple[Month, Mtbf], ...]


def mtbf_trends(records: Records, cis: Iterable[str], period: Span) -> list[MtbfTrend]:
	"""Of those of the CIs that have broken down, or have run since a known day; by name."""
	rows = {row["name"]: row for row in records.find(CI, {"name": ("in", sorted(cis))})}
	stops = breakdowns_by_ci(records, rows)
	changed = preventive_work_since(records, rows)
	zones = site_zones(records)
	trends = (
		_trend(row, stops.get(name, []), changed.get(name), zones[row["plant_site"]], period)
		for name, row in sorted(rows.items())
	)
	return [trend for trend in trends if trend is not None]


def _trend(
	ci: Record, stops: Sequence[Record], changed_at: datetime | None, zone: ZoneInfo, period: Span
) -> MtbfTrend | None:
	outages = [Outage(stop["onset"], stop["restored_at"] or stop["ended_at"]) for stop in stops]
	since = _runs_since(ci, outages, zone)
	if since is None or since >= period.end:
		return None
	if changed_at is not None and changed_at >= period.end:
		changed_at = None
	return MtbfTrend(
		ci["name"],
		ci["production_line"] or "",
		mtbf(outages, Span(max(since, period.start), period.end)),
		before_and_after(outages, changed_at, runs_since=since, now=period.end, most=WINDOW),
		tuple(_by_month(outages, since, period, zone)),
	)


def _runs_since(ci: Record, outages: Sequence[Outage], zone: ZoneInfo) -> datetime | None:
	"""Its commissioning, else its first known restoration; None where neither is known."""
	if ci["commissioned_on"]:
		return datetime.combine(ci["commissioned_on"], time(), zone)
	return next((outage.end for outage in outages if outage.end), None)


def _by_month(
	outages: Sequence[Outage], since: datetime, period: Span, zone: ZoneInfo
) -> Iterator[tuple[Month, Mtbf]]:
	last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
	for month in months_between(Month.of(period.start.astimezone(zone).date()), Month.of(last)):
		next_day = month.last_day + timedelta(days=1)
		end = min(datetime.combine(next_day, time(), zone), period.end)
		if end > since:
			yield month, mtbf(outages, Span(max(since, end - WINDOW), end))


def preventive_work_since(records: Records, cis: Iterable[str]) -> Mapping[str, datetime]:
	"""When the first preventive order of each CI was done."""
	done = {"ci": ("in", sorted(cis)), "kind": OrderKind.PREVENTIVE, "status": OrderStatus.DONE}
	found: dict[str, datetime] = {}
	for row in records.find(ORDER, done | {"done_at": ("is", "set")}, order_by="done_at"):
		found.setdefault(row["ci"], row["done_at"])
	return found
