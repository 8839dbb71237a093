"""What is wrong with ourselves: listeners, drain, scheduler, outbox and clocks, against the limits of the plant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TICK_LATE_SECONDS = 90
"""The scheduler comes each minute; with a busy queue two of its ticks may lie 80 s apart."""


@dataclass(frozen=True)
class HealthLimits:
	"""lasts_seconds: how long a trouble must last to become an incident. A limit of 0 is none."""

	lasts_seconds: int
	backlog: int
	outbox_late_seconds: int
	clock_off_seconds: float


@dataclass(frozen=True)
class ListenerFigures:
	"""One enabled OT Connection. trouble: why it hears nothing, "" where it does. waiting: signals not yet judged.

	gateway: the edge gateway that listens, "" where the site does.
	"""

	connection: str
	listens: bool
	trouble: str
	waiting: int
	gateway: str = ""


@dataclass(frozen=True)
class HealthFigures:
	"""What is measured at one moment; None is not known.

	redis_problem: why Redis does not answer, and then nothing is known that it would tell. clocks: how far the clock of
	each other host is ahead of ours.
	"""

	listeners: tuple[ListenerFigures, ...] = ()
	drains: bool = True
	redis_problem: str = ""
	outbox_oldest_seconds: float | None = None
	tick_age_seconds: float | None = None
	clocks: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Trouble:
	"""key: what it is told by while it lasts. remedy: what a person does about it."""

	key: str
	subject: str
	detail: str
	remedy: str
	connection: str | None = None


def troubles(figures: HealthFigures, limits: HealthLimits) -> list[Trouble]:
	"""All that is wrong now, whether it has lasted or not."""
	return [*_machinery(figures), *_listeners(figures, limits), *_lateness(figures, limits)]


def _machinery(figures: HealthFigures) -> Iterator[Trouble]:
	if figures.redis_problem:
		yield Trouble(
			"redis", "Redis does not answer", figures.redis_problem, "Start Redis; see plant-itsm doctor."
		)
	elif not figures.drains:
		yield Trouble(
			"drain",
			"no signal is judged",
			"Nobody holds the lease of the drain; signals wait in their streams.",
			"Start a worker of the queue ot.",
		)
	age = figures.tick_age_seconds
	if age is not None and age > TICK_LATE_SECONDS:
		yield Trouble(
			"scheduler",
			"the scheduler stands still",
			f"Its last tick was {age:.0f} s ago: no escalation runs, and no listener that ended starts again.",
			"See that bench schedule runs, that the site's scheduler is enabled and that workers serve its queue.",
		)


def _listeners(figures: HealthFigures, limits: HealthLimits) -> Iterator[Trouble]:
	if figures.redis_problem:
		return
	for one in figures.listeners:
		name = one.connection
		if not one.listens:
			yield _unheard(one)
		elif one.trouble:
			yield Trouble(
				f"listener {name}",
				f"{name} is not heard",
				one.trouble,
				f"plant-itsm doctor '{name}' looks for the cause.",
				name,
			)
		if limits.backlog and one.waiting > limits.backlog:
			yield Trouble(
				f"backlog {name}",
				f"signals of {name} wait to be judged",
				f"{one.waiting} wait, more than {limits.backlog}.",
				"See that the drain runs and that the database answers.",
				name,
			)


def _unheard(one: ListenerFigures) -> Trouble:
	name = one.connection
	if one.gateway:
		detail = f"The gateway {one.gateway} has not been heard of; it keeps its signals until it reaches us."
		remedy = "See that it runs, and that the network between it and this site works."
	else:
		detail = (
			"Nobody holds the lease of its listener; its signals wait at their source, if that keeps them."
		)
		remedy = "Start a worker of the queue ot."
	return Trouble(f"listener {name}", f"nobody listens to {name}", detail, remedy, name)


def _lateness(figures: HealthFigures, limits: HealthLimits) -> Iterator[Trouble]:
	oldest = figures.outbox_oldest_seconds
	if limits.outbox_late_seconds and oldest is not None and oldest > limits.outbox_late_seconds:
		yield Trouble(
			"outbox",
			"tickets or notices are late",
			f"The oldest outbox entry has waited {oldest:.0f} s.",
			"Its field Last error says why; see that a worker serves the queue short.",
		)
	for host, ahead in figures.clocks:
		if limits.clock_off_seconds and abs(ahead) > limits.clock_off_seconds:
			yield Trouble(
				f"clock {host}",
				f"the clock of {host} is off",
				f"It is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} ours.",
				"Let NTP set the clocks of all hosts.",
			)
