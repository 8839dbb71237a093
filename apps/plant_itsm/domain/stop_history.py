"""Correcting what is recorded of a line stop: which corrections there are, and which cannot be.

A clock was wrong, two stops were one, one was two, a failure was a planned stop. The signals that were received stay
as they are; what follows from them is corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plant_itsm.domain.errors import CorrectionError
from plant_itsm.domain.oee import StopClass
from plant_itsm.domain.time_spans import Span, merged, minus
from plant_itsm.domain.vocabulary import EventKind, StopClassification, StopLoss


@dataclass(frozen=True)
class RecordedStop:
	"""A stop as it is recorded. ended_at: None while it is open. part_of: the incident that it is part of."""

	name: str
	kind: EventKind
	stop_reason: str | None
	onset: datetime
	ended_at: datetime | None
	interruptions: tuple[Span, ...] = ()
	lines: frozenset[str] = frozenset()
	part_of: str | None = None

	@property
	def is_open(self) -> bool:
		return self.ended_at is None


def corrected_onset(stop: RecordedStop, onset: datetime, now: datetime) -> RecordedStop:
	"""The stop with another onset; it stays before the first time in which the line ran again."""
	_refuse_future(stop, "onset", onset, now)
	if onset == stop.onset:
		raise CorrectionError(f"{stop.name}: its onset is {_at(onset)} already. Enter another moment.")
	_refuse_not_before(stop, "onset", onset, stop.ended_at)
	first = next(iter(stop.interruptions), None)
	if first is not None and onset >= first.start:
		raise CorrectionError(
			f"{stop.name}: an onset of {_at(onset)} lies behind {_at(first.start)}, when the line ran again for a"
			" while. Split the stop there instead."
		)
	return replace(stop, onset=onset)


def corrected_end(stop: RecordedStop, ended_at: datetime, now: datetime) -> RecordedStop:
	"""The ended stop with another end; it stays behind the last time in which the line ran in between."""
	_refuse_open(stop, "corrected at its end")
	_refuse_future(stop, "end", ended_at, now)
	if ended_at == stop.ended_at:
		raise CorrectionError(f"{stop.name}: its end is {_at(ended_at)} already. Enter another moment.")
	_refuse_not_before(stop, "onset", stop.onset, ended_at)
	last = next(reversed(stop.interruptions), None)
	if last is not None and ended_at <= last.end:
		raise CorrectionError(
			f"{stop.name}: an end of {_at(ended_at)} lies before {_at(last.end)}, up to when the line ran for a"
			" while. Split the stop there instead."
		)
	return replace(stop, ended_at=ended_at)


def split(stop: RecordedStop, at: datetime) -> tuple[RecordedStop, RecordedStop]:
	"""The stop up to a moment, and a second one (without a name yet) from there on.

	Within a time in which the line ran the first ends where it began, the second begins where it ended.
	"""
	_refuse_part(stop, "split")
	_refuse_open(stop, "split")
	assert stop.ended_at is not None
	if not stop.onset < at < stop.ended_at:
		raise CorrectionError(
			f"{stop.name}: {_at(at)} is not between its onset {_at(stop.onset)} and its end {_at(stop.ended_at)}."
			" Choose a moment within the stop."
		)
	ran = next((gap for gap in stop.interruptions if gap.start <= at <= gap.end), Span(at, at))
	before = tuple(gap for gap in stop.interruptions if gap.end <= ran.start and gap != ran)
	behind = tuple(gap for gap in stop.interruptions if gap.start >= ran.end and gap != ran)
	first = replace(stop, ended_at=ran.start, interruptions=before)
	return first, replace(stop, name="", onset=ran.end, interruptions=behind)


def merge(stops: Sequence[RecordedStop]) -> tuple[RecordedStop, list[RecordedStop]]:
	"""The stop that is kept, with the earliest onset, over the time of all, and those that become part of it.

	Where none of them held, the line ran: that stays an interruption.
	"""
	first, *others = sorted(
		{stop.name: stop for stop in stops}.values(), key=lambda stop: (stop.onset, stop.name)
	)
	if not others:
		raise CorrectionError(f"{first.name}: there is nothing to merge it with. Choose another stop.")
	for stop in (first, *others):
		_refuse_part(stop, "merged")
		_refuse_open(stop, "merged")
	for stop in others:
		_refuse_unlike(first, stop)
	down = merged(span for stop in (first, *others) for span in _down(stop))
	whole = Span(first.onset, max(stop.ended_at or stop.onset for stop in (first, *others)))
	gaps = tuple(minus([whole], down))
	return replace(first, ended_at=whole.end, interruptions=gaps), others


def reclassified(
	stop: RecordedStop, classification: StopClassification, reason: str | None, says: StopClass | None
) -> RecordedStop:
	"""The stop as another kind of standstill. says: what the Stop Reason, if one is given, says of its stops."""
	_refuse_part(stop, "re-classified")
	if says is None and classification == StopClassification.CHANGEOVER:
		raise CorrectionError(
			f"{stop.name}: a changeover needs a Stop Reason whose loss is {StopLoss.SETUP}. Choose or create one."
		)
	if reason is not None and says is not None and not _agrees(classification, says):
		meant = "planned" if says.planned else says.loss
		raise CorrectionError(
			f"{stop.name}: Stop Reason {reason} means {meant}, which is not {classification}. Choose another reason,"
			" or another class."
		)
	changed = replace(stop, kind=KIND_OF[classification], stop_reason=reason)
	if changed == stop:
		raise CorrectionError(f"{stop.name} is {classification} already. Choose another class or reason.")
	return changed


KIND_OF = {
	StopClassification.UNPLANNED: EventKind.LINE_STOP,
	StopClassification.PLANNED: EventKind.PLANNED_STOP,
	StopClassification.CHANGEOVER: EventKind.LINE_STOP,
	StopClassification.STARVED: EventKind.STARVED_OR_BLOCKED,
}
"""A changeover is a stop whose reason says so."""

_LOSSES = {
	StopClassification.UNPLANNED: {StopLoss.BREAKDOWNS, StopLoss.MINOR_STOPS},
	StopClassification.CHANGEOVER: {StopLoss.SETUP},
	StopClassification.STARVED: {StopLoss.STARVED_OR_BLOCKED},
}


def _agrees(classification: StopClassification, says: StopClass) -> bool:
	if says.planned or classification == StopClassification.PLANNED:
		return says.planned and classification == StopClassification.PLANNED
	return says.loss in _LOSSES[classification]


def _down(stop: RecordedStop) -> list[Span]:
	assert stop.ended_at is not None
	return list(minus([Span(stop.onset, stop.ended_at)], stop.interruptions))


def _refuse_unlike(kept: RecordedStop, stop: RecordedStop) -> None:
	if stop.lines.isdisjoint(kept.lines):
		raise CorrectionError(
			f"{kept.name} and {stop.name} have no line in common ({_names(kept)}; {_names(stop)})."
			" Only stops of the same line can be one."
		)
	if (stop.kind, stop.stop_reason) != (kept.kind, kept.stop_reason):
		raise CorrectionError(
			f"{kept.name} is {_class(kept)}, {stop.name} is {_class(stop)}. Re-classify one of them first."
		)


def _refuse_open(stop: RecordedStop, done: str) -> None:
	if stop.is_open:
		raise CorrectionError(
			f"{stop.name} is open and cannot be {done}: its signal says when it ends. Wait for its end."
		)


def _refuse_part(stop: RecordedStop, done: str) -> None:
	if stop.part_of:
		raise CorrectionError(
			f"{stop.name} is part of {stop.part_of} and cannot be {done} alone. Correct {stop.part_of}."
		)


def _refuse_future(stop: RecordedStop, what: str, moment: datetime, now: datetime) -> None:
	if moment > now:
		raise CorrectionError(
			f"{stop.name}: {what} {_at(moment)} lies in the future. Enter a moment up to {_at(now)}."
		)


def _refuse_not_before(stop: RecordedStop, what: str, onset: datetime, ended_at: datetime | None) -> None:
	if ended_at is not None and onset >= ended_at:
		raise CorrectionError(
			f"{stop.name}: {what} {_at(onset)} is not before its end {_at(ended_at)}. Enter an earlier onset or a"
			" later end."
		)


def _names(stop: RecordedStop) -> str:
	return ", ".join(sorted(stop.lines)) or "no line"


def _class(stop: RecordedStop) -> str:
	return f"{stop.kind} ({stop.stop_reason})" if stop.stop_reason else str(stop.kind)


def _at(moment: datetime) -> str:
	return f"{moment:%Y-%m-%d %H:%M:%S %Z}"
