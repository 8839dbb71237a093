"""What the week must come to, by plain arithmetic on its facts. It shares no code with what it judges.

Time is walked minute by minute to find shifts and breaks, and cut at every moment at which something changes to say
whose a piece of it is. Amounts are fractions until they are told in cents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from tests.week import facts
from tests.week.facts import BODY, LINES, PAINT, Line, Price, Rates, at
from tests.week.story import MergeWith, Onset, Reclassified, Spell, Split, Story, Trouble

MINUTE = timedelta(minutes=1)
WALK_FROM, WALK_TO = at("Mon", "00:00:00") - timedelta(hours=2), at("Next", "06:00:00")
"""From the start of the night shift into Monday to the end of that of Sunday."""
LOSSES = {facts.LINE_STOP: "breakdown", facts.STARVED: "waiting"}
PRICED = ("breakdown", "minor")


# ---------------------------------------------------------------- planned time


@dataclass(frozen=True)
class Piece:
	"""Planned time of one shift within one local day."""

	start: datetime
	end: datetime
	day: date
	shift: str


@dataclass(frozen=True)
class Run:
	"""One working of a shift. day: on which it starts."""

	shift: str
	day: date


def walk(line: Line) -> tuple[dict[Run, list[datetime]], list[Piece]]:
	"""(first and last moment of every shift, the planned pieces), minute by minute."""
	runs: dict[Run, list[datetime]] = {}
	pieces: list[Piece] = []
	minute = WALK_FROM
	while minute < WALK_TO:
		local = minute.astimezone(facts.ZONE)
		run = _run_at(line, local.replace(tzinfo=None))
		if run is not None:
			runs.setdefault(run, [minute, minute])[1] = minute + MINUTE
			if not any(start <= local.time() < end for start, end in line.breaks):
				_extend(pieces, Piece(minute, minute + MINUTE, local.date(), run.shift))
		minute += MINUTE
	return runs, pieces


def _run_at(line: Line, local: datetime) -> Run | None:
	for day in (local.date() - timedelta(days=1), local.date()):
		weekly = [shift for shift in line.shifts if day.weekday() in shift.weekdays]
		changed = line.exceptions.get(day, "as always")
		for shift in weekly if changed == "as always" else filter(None, [changed]):
			start, end = datetime.combine(day, shift.start), datetime.combine(day, shift.end)
			if end <= start:
				end += timedelta(days=1)
			if start <= local < end:
				return Run(shift.name, day)
	return None


def _extend(pieces: list[Piece], piece: Piece) -> None:
	last = pieces[-1] if pieces else None
	if last and (last.end, last.day, last.shift) == (piece.start, piece.day, piece.shift):
		pieces[-1] = replace(last, end=piece.end)
	else:
		pieces.append(piece)


# ---------------------------------------------------------------- stops and incidents


@dataclass
class Stop:
	"""A stop as it must stand in the end. spans: in which it held. parts: of an incident, itself not included.

	sure_after: how long after its end it is known to have ended: a chattering alarm must calm down, too.
	"""

	ci: str
	kind: str
	spans: list[Spell]
	loss: str | None
	planned: bool = False
	has_ticket: bool = True
	is_micro: bool = False
	sure_after: timedelta = timedelta()
	parent: Stop | None = None
	parts: list[Stop] = field(default_factory=list)

	@property
	def onset(self) -> datetime:
		return self.spans[0][0]

	@property
	def end(self) -> datetime:
		return self.spans[-1][1]

	@property
	def seconds(self) -> Fraction:
		return sum((_seconds(start, end) for start, end in self.spans), Fraction(0))

	@property
	def members(self) -> list[Stop]:
		return [self, *self.parts]

	def buffers(self) -> dict[str, timedelta]:
		"""The lines that it holds down, and what each goes on with before it stands."""
		if not (self.loss or self.planned):
			return {}
		direct = {facts.line_of(ci) for ci in (self.ci, *_behind(self.ci))} - {None}
		found = dict.fromkeys(sorted(direct), timedelta())
		if BODY.name in found:
			found.setdefault(PAINT.name, facts.BUFFER)
		return found


def _behind(ci: str) -> Sequence[str]:
	if ci == facts.SWITCH:
		return facts.BEHIND_SWITCH
	if ci.startswith("Cell ") and ci.endswith("switch"):
		return [f"{ci.removesuffix(' switch')} machine 0"]  # all of a cell are on one line
	return ()


def _is_behind(ci: str, root: str) -> bool:
	if root == facts.SWITCH:
		return ci in facts.BEHIND_SWITCH
	return root.endswith(" switch") and ci.startswith(root.removesuffix("switch") + "machine")


def _signalled(trouble: Trouble) -> list[tuple[list[Spell], timedelta]]:
	"""The stops that the signal of one trouble comes to: the spans in which each held, and its sure_after.

	A gap that is shorter than the calm time of a chattering alarm is none; one that is shorter than the time of
	reopening divides a stop, but does not end it.
	"""
	stops: list[tuple[list[Spell], timedelta]] = []
	spans: list[Spell] = []
	calm = timedelta()
	for number, (start, end) in enumerate(trouble.spells, 1):
		gap = start - spans[-1][1] if spans else facts.REOPEN_WITHIN
		if gap < calm:
			spans[-1] = (spans[-1][0], end)
		elif gap < facts.REOPEN_WITHIN:
			spans.append((start, end))
		else:
			stops += [(spans, calm)] if spans else []
			spans = [(start, end)]
		raises = [one for one, _ in trouble.spells[:number] if end - one < facts.CHATTER_WINDOW]
		chatters = len(raises) >= facts.CHATTER_RAISES or gap < calm
		calm = facts.CALM if chatters else timedelta()
	return [*stops, (spans, calm)]


def _stops_of(trouble: Trouble) -> Iterator[Stop]:
	for spans, sure_after in _signalled(trouble):
		stop = Stop(trouble.ci, trouble.kind, spans, LOSSES.get(trouble.kind))
		stop.sure_after = sure_after + facts.LATENCY
		stop.planned = trouble.kind == facts.PLANNED
		stop.has_ticket = trouble.kind not in (facts.PLANNED, facts.STARVED)
		yield stop


def stops_of(story: Story) -> list[Stop]:
	"""Every stop, corrected and with the incident that it is part of."""
	pairs = [(trouble, stop) for trouble in story.troubles for stop in _stops_of(trouble)]
	stops = [stop for _, stop in pairs]
	for stop in stops:
		_find_root(stop, stops)
	for stop in stops:
		if stop.parent is None and stop.has_ticket and _lasted(stop) < facts.MICRO_STOP:
			stop.is_micro, stop.has_ticket = True, False
			stop.loss = stop.loss and "minor"
	halves = [half for trouble, stop in pairs for half in _correct(trouble, stop, stops)]
	return [*stops, *halves, *_silences(story.heartbeats)]


def _find_root(stop: Stop, stops: Iterable[Stop]) -> None:
	for root in stops:
		overlaps = root.onset < stop.end and stop.onset < root.end
		if _is_behind(stop.ci, root.ci) and overlaps and stop.end <= root.end + facts.PART_GRACE:
			stop.parent = root
			root.parts.append(stop)


def _lasted(stop: Stop) -> timedelta:
	return max(one.end + one.sure_after for one in stop.members) - stop.onset


def _correct(trouble: Trouble, stop: Stop, stops: Iterable[Stop]) -> Iterator[Stop]:
	"""What people have put right. Yields the second half of what was split."""
	match trouble.correction:
		case Onset(moment):
			stop.spans[0] = (moment, stop.spans[0][1])
		case Split(moment):
			((start, end),) = stop.spans
			stop.spans = [(start, moment)]
			yield replace(stop, spans=[(moment, end)], has_ticket=False)
		case MergeWith():
			other = min(
				(one for one in stops if one.ci == stop.ci and one.onset > stop.onset),
				key=lambda one: one.onset,
			)
			stop.spans = [*stop.spans, *other.spans]
			other.parent, other.has_ticket = stop, False
			stop.parts.append(other)
		case Reclassified(classification, _, loss):
			stop.loss, stop.planned = loss, loss is None
			stop.kind = {"Planned": facts.PLANNED, "Starved or Blocked": facts.STARVED}.get(
				classification, stop.kind
			)


def _silences(heartbeats: Sequence[datetime]) -> Iterator[Stop]:
	"""A loss of view lasts from what was heard last to what was heard next, by our clock."""
	heard = [moment + facts.LATENCY for moment in heartbeats]
	for before, after in pairwise(heard):
		if after - before >= facts.NO_SIGNAL:
			yield Stop(facts.WATCHED, facts.LOSS_OF_VIEW, [(before, after)], None)


# ---------------------------------------------------------------- whose time it is


@dataclass(frozen=True)
class Claim:
	"""Something that holds a line down, in order of precedence. owner: the incident or the stop that it counts for."""

	owner: int
	stop: Stop
	onset: datetime
	spans: Sequence[Spell]

	@property
	def rank(self) -> tuple[bool, datetime]:
		return not self.stop.planned, self.onset


def _claims(owner: int, root: Stop, members: Iterable[Stop], line: Line, pieces: Sequence[Piece]):
	"""The planned time that each member takes from a line once its buffer is used up."""
	for member in members:
		buffer = member.buffers().get(line.name)
		if buffer is not None:
			onset = (
				min(one.onset for one in root.members) if root is not member or root.parts else member.onset
			)
			yield Claim(owner, root, onset, list(_lost(member.spans, pieces, buffer)))


def _lost(spans: Iterable[Spell], pieces: Iterable[Piece], buffer: timedelta) -> Iterator[Spell]:
	for begun, ended in spans:
		for piece in pieces:
			start, end = max(begun, piece.start), min(ended, piece.end)
			if start < end:
				used = min(buffer, end - start)
				buffer -= used
				if start + used < end:
					yield start + used, end


def owned(claims: Sequence[Claim], pieces: Sequence[Piece]) -> Iterator[tuple[Piece, Claim]]:
	"""Planned time that somebody has claimed, cut wherever something changes, each piece with its owner."""
	edges = {edge for claim in claims for span in claim.spans for edge in span}
	for piece in pieces:
		inside = sorted({piece.start, piece.end, *(edge for edge in edges if piece.start < edge < piece.end)})
		for start, end in pairwise(inside):
			holders = [claim for claim in claims if any(a <= start and end <= b for a, b in claim.spans)]
			if holders:
				yield replace(piece, start=start, end=end), min(holders, key=lambda claim: claim.rank)


# ---------------------------------------------------------------- money


def costs_of(incidents: Sequence[Stop], walked: dict[str, list[Piece]]) -> list[Fraction]:
	"""What each incident costs, in whole cents."""
	cents = [Fraction(0)] * len(incidents)
	for line in LINES:
		pieces = walked[line.name]
		claims = [
			claim
			for number, root in enumerate(incidents)
			for claim in _claims(number, root, root.members, line, pieces)
		]
		for episode in _episodes(claims, incidents):
			for number, amount in _metered(line, episode, pieces).items():
				cents[number] += amount
	return cents


def _episodes(claims: Sequence[Claim], incidents: Sequence[Stop]) -> Iterator[list[Claim]]:
	"""Incidents that overlap or touch on a line are one episode: the line restarts once."""
	by_owner: dict[int, list[Claim]] = defaultdict(list)
	for claim in claims:
		by_owner[claim.owner].append(claim)
	hulls = sorted(
		(claim[0].onset, max(one.end for one in incidents[owner].members), owner)
		for owner, claim in by_owner.items()
	)
	episode: list[Claim] = []
	reached: datetime | None = None
	for start, end, owner in hulls:
		if reached is not None and start > reached:
			yield episode
			episode, reached = [], None
		episode += by_owner[owner]
		reached = max(reached or end, end)
	if episode:
		yield episode


def _metered(line: Line, episode: Sequence[Claim], pieces: Sequence[Piece]) -> dict[int, Fraction]:
	"""A taximeter that runs through the episode: whoever owns a moment pays what it has gone on by, in cents."""
	paid: dict[int, Fraction] = defaultdict(Fraction)
	lost, meter = Fraction(0), Fraction(0)
	for piece, claim in owned(episode, pieces):
		if claim.stop.loss not in PRICED:
			continue
		before, lost = lost, lost + _seconds(piece.start, piece.end)
		price = next((one for one in line.prices if _is_valid(one, piece.day)), None)
		if price is None:
			continue
		told = _cents(meter)
		meter += _amount(price, piece.shift, before, lost)
		paid[claim.owner] += _cents(meter) - told
	return paid


def _is_valid(price: Price, day: date) -> bool:
	return price.valid_from <= day and (price.valid_to is None or day <= price.valid_to)


def _amount(price: Price, shift: str, before: Fraction, after: Fraction) -> Fraction:
	"""What an episode costs from so many lost seconds to so many."""
	rates: Rates = price.night if price.night and shift == "Night" else price.rates
	held_back = Fraction(price.held_back.total_seconds())
	units = max(Fraction(0), after - max(before, held_back))
	per_unit_hour = Fraction(rates.contribution) * Fraction(rates.units)
	amount = (
		Fraction(rates.plain + rates.labour + rates.other) * (after - before) + per_unit_hour * units
	) / 3600
	if before == 0:
		amount += Fraction(price.restart + price.scrap)
	if price.penalty and before < price.penalty[0] * 60 <= after:
		amount += Fraction(price.penalty[1])
	return amount


def _cents(amount: Fraction) -> int:
	return int((amount * 100 + Fraction(1, 2)) // 1)


def _seconds(start: datetime, end: datetime) -> Fraction:
	return Fraction((end - start) // timedelta(microseconds=1), 1_000_000)


# ---------------------------------------------------------------- effectiveness


@dataclass
class Shift:
	"""A shift of a line, in seconds and units; ratios in percent, by ISO 22400-2."""

	start: datetime
	end: datetime
	planned: Fraction = Fraction(0)
	by_loss: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
	produced: int = 0
	scrap: int = 0

	@property
	def busy(self) -> Fraction:
		return self.planned - self.by_loss["planned"]

	@property
	def production(self) -> Fraction:
		return self.busy - sum(self.by_loss[loss] for loss in ("breakdown", "minor", "setup", "waiting"))

	def ratios(self, run_seconds: Fraction) -> dict[str, Fraction]:
		good = self.produced - self.scrap
		return {
			"availability": 100 * self.production / self.busy,
			"performance": 100 * run_seconds * self.produced / self.production,
			"quality": 100 * Fraction(good, self.produced),
			"oee": 100 * run_seconds * good / self.busy,
		}


def shifts_of(line: Line, stops: Sequence[Stop], story: Story) -> dict[Run, Shift]:
	runs, pieces = walk(line)
	shifts = {run: Shift(*moments) for run, moments in runs.items()}
	claims = [
		claim
		for number, stop in enumerate(stops)
		for claim in _claims(number, replace(stop, parts=[]), [stop], line, pieces)
	]
	for piece in pieces:
		_shift_at(shifts, piece.start).planned += _seconds(piece.start, piece.end)
	for piece, claim in owned(claims, pieces):
		loss = "planned" if claim.stop.planned else claim.stop.loss
		_shift_at(shifts, piece.start).by_loss[loss] += _seconds(piece.start, piece.end)
	for count in story.counts:
		shift = _shift_at(shifts, count.moment) if count.line == line.name else None
		if shift is not None:
			shift.produced += count.produced
			shift.scrap += count.scrap
	return shifts


def _shift_at(shifts: dict[Run, Shift], moment: datetime) -> Shift | None:
	return next((shift for shift in shifts.values() if shift.start <= moment < shift.end), None)


# ---------------------------------------------------------------- all of it


@dataclass(frozen=True)
class Verdict:
	"""cents: by incident. stops: all, parts too."""

	stops: list[Stop]
	incidents: list[Stop]
	cents: list[Fraction]
	shifts: dict[str, dict[Run, Shift]]


def judge(story: Story) -> Verdict:
	stops = stops_of(story)
	incidents = [stop for stop in stops if stop.parent is None]
	walked = {line.name: walk(line)[1] for line in LINES}
	shifts = {line.name: shifts_of(line, stops, story) for line in LINES}
	return Verdict(stops, incidents, costs_of(incidents, walked), shifts)
