"""Corrections of line stops with their proof: what was recorded before and after, and what that changes in money and
effectiveness, kept in a log that is only added to.

Each function runs in the transaction that is open, takes the lock of grouping in it, so that no drain groups the same
stops meanwhile, and returns the Line Stop Correction that it has written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from plant_itsm.domain.errors import CorrectionError
from plant_itsm.domain.line_stops import title
from plant_itsm.domain.money import Money
from plant_itsm.domain.stop_history import (
	RecordedStop,
	corrected_end,
	corrected_onset,
	merge,
	reclassified,
	split,
)
from plant_itsm.domain.time_spans import Span, seconds_of
from plant_itsm.domain.vocabulary import (
	CorrectionOperation,
	EventKind,
	LineState,
	LineStopStatus,
	OutboxAction,
	StopClassification,
)
from plant_itsm.ports import Record, Records
from plant_itsm.services import oee, outbox
from plant_itsm.services.cost_settlement import note_end, rates_at, settle, settle_changed
from plant_itsm.services.downtime import STOP, interruptions_of, spans_of, stop_reasons
from plant_itsm.services.lines import zone_of_site
from plant_itsm.services.plant_locks import GROUPING, hold
from plant_itsm.services.priorities import urgency_values
from plant_itsm.services.stop_costs import StopCosts, stop_named

CORRECTION = "Line Stop Correction"
TITLE_LENGTH = 140
COPIED = ("title", "kind", "stop_reason", "root_ci", "signal_rule", "connection", "description", "micro_stop")
"""What the second half of a stop has from the first. Ticket, people and clocks stay with the first."""
EDITED = "Changed in the form of the Line Stop."
"""The reason of a correction that nobody was asked for one."""
KPIS = ("availability", "performance", "quality", "oee")


def correct_onset(records: Records, name: str, onset: datetime, why: str) -> Record:
	"""Let a stop begin at another moment. Raises CorrectionError for one that cannot be."""
	correction = _Correction(records, [name], CorrectionOperation.ONSET, why)
	return correction.carry_out(lambda stops: [corrected_onset(stops[0], onset, correction.now)])


def correct_end(records: Records, name: str, ended_at: datetime, why: str) -> Record:
	"""Let an ended stop end at another moment. Raises CorrectionError for one that cannot be."""
	correction = _Correction(records, [name], CorrectionOperation.END, why)
	return correction.carry_out(lambda stops: [corrected_end(stops[0], ended_at, correction.now)])


def split_stop(records: Records, name: str, at: datetime, why: str) -> Record:
	"""Make two stops of an ended one. Raises CorrectionError for a moment that is not within it."""
	correction = _Correction(records, [name], CorrectionOperation.SPLIT, why)
	return correction.carry_out(lambda stops: list(split(stops[0], at)))


def merge_stops(records: Records, names: Sequence[str], why: str) -> Record:
	"""Make one stop of several ended ones of the same line; the one with the earliest onset is kept, the others become
	part of it, and so do their tickets. Raises CorrectionError for those that cannot be one."""
	correction = _Correction(records, names, CorrectionOperation.MERGE, why)

	def merged(stops: list[RecordedStop]) -> list[RecordedStop]:
		kept, others = merge(stops)
		return [kept, *(replace(stop, part_of=kept.name) for stop in others)]

	proof = correction.carry_out(merged)
	kept = stop_named(records, proof["line_stop"])
	outbox.post(records, kept, OutboxAction.MERGE_TICKETS, correction.now)
	return proof


def reclassify_stop(
	records: Records, name: str, classification: StopClassification, reason: str | None, why: str
) -> Record:
	"""Say what kind of standstill a stop is or was; of one that lasts still, the priority follows.

	Raises CorrectionError where class and Stop Reason do not agree.
	"""
	correction = _Correction(records, [name], CorrectionOperation.RECLASSIFY, why)
	reasons = stop_reasons(records)
	if reason and reason not in reasons:
		raise CorrectionError(f"Stop Reason {reason!r} does not exist. Choose one that exists.")
	says = reasons.get(reason or "")
	proof = correction.carry_out(
		lambda stops: [reclassified(stops[0], classification, reason or None, says)],
		classification=classification,
	)
	correction.post_priority(name)
	return proof


def note_edit(records: Records, edited: Record) -> Callable[[], Record]:
	"""Look at a stop before a person's change of its class or times is written. edited: the stop as it will be.

	Call what is returned when all that follows is settled: it writes the proof and returns it. Unlike the others this
	takes no lock: whoever saves a form has locked the stop already.
	"""
	correction = _Correction(records, [edited["name"]], CorrectionOperation.EDIT, EDITED, locks=False)
	return correction.watch(edited)


class _Correction:
	"""One correction: what was before, the change, what is after."""

	def __init__(
		self,
		records: Records,
		names: Sequence[str],
		operation: CorrectionOperation,
		why: str,
		*,
		locks: bool = True,
	):
		if locks:
			hold(records, GROUPING)
		writer = records.writer()
		self.now = writer.at
		self._by = writer.user
		self._records = records
		self._operation, self._why = operation, why.strip()
		if not self._why:
			raise CorrectionError("A correction needs a reason: write what shows that the record was wrong.")
		names = list(dict.fromkeys(names))
		self._stops = [stop_named(records, name, for_update=True) for name in sorted(names)]
		self._zone = self._plant_zone()

	def carry_out(self, decide: Callable[[list[RecordedStop]], list[RecordedStop]], **more: Any) -> Record:
		"""decide: from what is recorded to what shall be, the stop that the correction is about first."""
		wanted = decide([_recorded(stop, self._zone) for stop in self._stops])
		main = wanted[0].name
		times = self._times_of(wanted)
		before = self._state(main, self._neighbours(stop["name"] for stop in self._stops), times)
		written = [self._write(stop, main) for stop in wanted]
		touched = {*before.costs, *self._neighbours(written)}
		for name in written:
			settle(self._records, name, self.now)
			stop = stop_named(self._records, name)
			note_end(self._records, stop_named(self._records, stop["parent_stop"] or name))
		settle_changed(self._records, touched.difference(written), self.now)
		after = self._state(main, touched, times)
		other = next((name for name in written if name != main), None)
		return self._records.insert(CORRECTION, self._entry(before, after, other) | more)

	def watch(self, edited: Record) -> Callable[[], Record]:
		"""For a change that is carried out elsewhere: what writes the proof when it is done."""
		name = edited["name"]
		times = self._times_of([_recorded(edited, self._zone)])
		before = self._state(name, self._neighbours([name]), times)

		def prove() -> Record:
			after = self._state(name, {*before.costs, *self._neighbours([name])}, times)
			return self._records.insert(CORRECTION, self._entry(before, after, None))

		return prove

	def post_priority(self, name: str) -> None:
		"""Let the ticket of an open stop follow; one that has just become urgent gets its ticket."""
		stop, was_ordered = stop_named(self._records, name), self._stops[0]["priority"] is not None
		if stop["status"] != LineStopStatus.OPEN or not stop["priority"]:
			return
		ordered = (
			(OutboxAction.UPDATE_TICKET,) if was_ordered else (OutboxAction.OPEN_TICKET, OutboxAction.NOTIFY)
		)
		for action in ordered:
			outbox.post(self._records, stop, action, self.now)

	# ------------------------------------------------------------- what is

	def _neighbours(self, names: Iterable[str]) -> set[str]:
		costs = StopCosts(self._records, self.now)
		stops = [stop_named(self._records, name) for name in names]
		roots = {stop["parent_stop"] or stop["name"] for stop in stops}
		return roots | {near for name in roots for near in costs.neighbours(stop_named(self._records, name))}

	def _times_of(self, wanted: Iterable[RecordedStop]) -> Span:
		"""From the first to the last moment that is corrected."""
		pairs = [(stop["onset"], stop["ended_at"]) for stop in self._stops]
		pairs += [(stop.onset, stop.ended_at) for stop in wanted]
		return Span(min(onset for onset, _ in pairs), max(end or self.now for _, end in pairs))

	def _state(self, main: str, touched: Iterable[str], times: Span) -> _State:
		costs = StopCosts(self._records, self.now)
		stop = stop_named(self._records, main)
		return _State(
			stop,
			seconds_of(spans_of(stop, self.now)),
			{name: costs.cost(stop_named(self._records, name)).cost for name in sorted(touched)},
			self._kpis(times),
		)

	def _kpis(self, times: Span) -> dict[str, dict[str, float]]:
		"""The ratios in percent of each shift of the lines that the correction reaches into."""
		lines = {row["production_line"] for stop in self._stops for row in stop["lines"]}
		return {
			f"{row['production_line']}, {row['shift']} {row['shift_day']}": {kpi: row[kpi] for kpi in KPIS}
			for line in sorted(lines)
			for row in oee.shifts_between(self._records, line, times, self.now)
		}

	def _plant_zone(self) -> tzinfo:
		ci = self._stops[0]["root_ci"]
		record = self._records.get("OT CI", ci) if ci else None
		return zone_of_site(self._records, record["plant_site"] if record else None)

	# ------------------------------------------------------------- what shall be

	def _write(self, wanted: RecordedStop, main: str) -> str:
		if not wanted.name:
			return self._insert_half(wanted, main)
		stop = next(one for one in self._stops if one["name"] == wanted.name)
		changed = self._changed(stop, wanted)
		if wanted.part_of and not stop["parent_stop"]:
			changed["parent_stop"] = wanted.part_of
			for part in self._records.find(STOP, {"parent_stop": wanted.name}):
				self._records.update(STOP, part["name"], {"parent_stop": wanted.part_of})
		self._records.update(STOP, wanted.name, changed)
		return wanted.name

	def _changed(self, stop: Record, wanted: RecordedStop) -> Record:
		changed = _times(stop, wanted, self.now)
		if (wanted.kind, wanted.stop_reason) == (stop["kind"], stop["stop_reason"]):
			return changed
		lines = [row["production_line"] for row in stop["lines"]]
		rows = [row | {"state": LineState.STOPPED} for row in stop["lines"]]
		counts_as = {"kind": wanted.kind, "stop_reason": wanted.stop_reason}
		changed |= {
			**counts_as,
			"title": title(wanted.kind, stop["root_ci"] or "", lines)[:TITLE_LENGTH],
			**rates_at(self._records, stop | counts_as | {"lines": rows}),
		}
		return changed | (urgency_values(self._records, stop | changed) if wanted.is_open else {})

	def _insert_half(self, wanted: RecordedStop, first: str) -> str:
		stop = next(one for one in self._stops if one["name"] == first)
		used = Span(stop["onset"], wanted.onset)
		half = {
			**{fieldname: stop[fieldname] for fieldname in COPIED if fieldname in stop},
			"status": LineStopStatus.ENDED,
			"detected_at": max(stop["detected_at"], wanted.onset),
			"ended_at": wanted.ended_at,
		}
		half |= _times({**stop, **half}, wanted, self.now)
		half["lines"] = [self._without_used_buffer(row, stop, used) for row in stop["lines"]]
		half |= {
			field: stop[field] for field in ("units_per_shift", "cost_per_hour", "currency", "not_priced")
		}
		return str(self._records.insert(STOP, half)["name"])

	def _without_used_buffer(self, row: Record, stop: Record, used: Span) -> Record:
		"""What the first half has used of the buffer before a line the second has no more."""
		costs = StopCosts(self._records, self.now)
		drained = seconds_of(costs.planned(row["production_line"], [used], interruptions_of(stop)))
		left = max(0.0, row["reached_after_seconds"] - float(drained))
		return row | {"reached_after_seconds": left}

	# ------------------------------------------------------------- the proof

	def _entry(self, before: _State, after: _State, other: str | None) -> Record:
		currencies = before.currencies | after.currencies
		currency = next(iter(currencies)) if len(currencies) == 1 else None
		own = {"before": before.own_cost, "after": after.own_cost}
		values = {
			"line_stop": after.stop["name"],
			"other_stop": other,
			"operation": self._operation,
			"reason": self._why,
			"corrected_by": self._by,
			"corrected_at": self.now,
			"kpis_before": json.dumps(before.kpis),
			"kpis_after": json.dumps(after.kpis),
			"affected": json.dumps(_changed_costs(before, after)),
			"duration_before": float(before.seconds),
			"duration_after": float(after.seconds),
			"duration_difference": float(after.seconds - before.seconds),
			"cost_difference": after.sum_of_costs - before.sum_of_costs if currency else None,
			"currency": currency,
			**{f"cost_{when}": money and money.amount for when, money in own.items()},
		}
		for fieldname in ("onset", "ended_at", "kind", "stop_reason"):
			values[f"{fieldname}_before"] = before.stop[fieldname]
			values[f"{fieldname}_after"] = after.stop[fieldname]
		return values


@dataclass(frozen=True)
class _State:
	"""What is recorded at one moment: the stop with its duration, what it and all that it touches cost, and the ratios
	of its shifts."""

	stop: Record
	seconds: Decimal
	costs: Mapping[str, Money | None]
	kpis: Mapping[str, Mapping[str, float]]

	@property
	def own_cost(self) -> Money | None:
		return self.costs.get(self.stop["name"])

	@property
	def currencies(self) -> set[str]:
		return {money.currency for money in self.costs.values() if money}

	@property
	def sum_of_costs(self) -> Decimal:
		return sum((money.amount for money in self.costs.values() if money), Decimal(0))


def _changed_costs(before: _State, after: _State) -> list[Record]:
	"""Every incident whose cost has changed, with both."""
	pairs = {
		name: (before.costs.get(name), after.costs.get(name))
		for name in sorted({*before.costs, *after.costs})
	}
	return [
		{"line_stop": name, "before": old and str(old), "after": new and str(new)}
		for name, (old, new) in pairs.items()
		if old != new
	]


def _recorded(stop: Record, zone: tzinfo) -> RecordedStop:
	"""In the time zone of the plant, so that a refusal tells its times as the people there know them."""
	return RecordedStop(
		name=stop["name"],
		kind=EventKind(stop["kind"]),
		stop_reason=stop["stop_reason"] or None,
		onset=stop["onset"].astimezone(zone),
		ended_at=stop["ended_at"].astimezone(zone) if stop["status"] == LineStopStatus.ENDED else None,
		interruptions=tuple(interruptions_of(stop)),
		lines=frozenset(row["production_line"] for row in stop["lines"]),
		part_of=stop["parent_stop"] or None,
	)


def _times(stop: Record, wanted: RecordedStop, now: datetime) -> Record:
	"""The fields of a stop that say when it was."""
	gaps = [[span.start.isoformat(), span.end.isoformat()] for span in wanted.interruptions]
	times = {
		"onset": wanted.onset,
		"ended_at": wanted.ended_at,
		"interruptions": json.dumps(gaps) if gaps else None,
		"interrupted_seconds": float(seconds_of(wanted.interruptions)),
	}
	if wanted.is_open:
		return times
	return times | {"duration_seconds": float(seconds_of(spans_of(stop | times, now)))}
