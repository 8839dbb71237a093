"""How people respond to a line stop: which stage may follow which, when it may have been reached, and who may say so.

Stages go forward; one may be skipped, as a technician who stands beside the robot needs no dispatch. Only a repair that
has failed leads back, from Restored to Repairing. A signal that clears restores a stop without anybody's word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from plant_itsm.domain.errors import InvalidRecordError, NotAllowedError
from plant_itsm.domain.vocabulary import ResponseStage as Stage

Times = Mapping[Stage, datetime]

_ORDER = tuple(Stage)
_IMPLIED: Mapping[Stage, tuple[Stage, ...]] = {
	Stage.DIAGNOSING: (Stage.ACKNOWLEDGED,),
	Stage.DISPATCHED: (Stage.ACKNOWLEDGED,),
	Stage.REPAIRING: (Stage.ACKNOWLEDGED, Stage.DISPATCHED),
	Stage.RESTORED: (Stage.ACKNOWLEDGED,),
}
"""Whoever diagnoses has taken notice; where somebody repairs, somebody has come."""

_EVERYBODY = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance", "Shift Leader")
ROLES: Mapping[Stage, tuple[str, ...]] = {
	Stage.ACKNOWLEDGED: _EVERYBODY,
	Stage.DIAGNOSING: _EVERYBODY,
	Stage.DISPATCHED: _EVERYBODY,
	Stage.REPAIRING: ("Plant Admin", "Plant IT", "Robot Maintenance"),
	Stage.RESTORED: _EVERYBODY,
	Stage.REVIEWED: ("Plant Admin", "Production Manager"),
}
"""Who may report a stage. Production does not repair, and who repaired does not review the own work alone."""


@dataclass(frozen=True)
class Response:
	"""Where the response to a stop stands. what: how errors name the stop. times: of the stages that were reached."""

	what: str
	stage: Stage
	onset: datetime
	times: Times

	@property
	def next_stages(self) -> tuple[Stage, ...]:
		"""The stages that may be reported now; Repairing after Restored means that the repair has failed."""
		if self.stage == Stage.REVIEWED:
			return ()
		if self.stage == Stage.RESTORED:
			return (Stage.REPAIRING, Stage.REVIEWED)
		later = _ORDER[_ORDER.index(self.stage) + 1 :]
		return tuple(stage for stage in later if stage != Stage.REVIEWED)

	def moved(self, to: Stage, at: datetime, now: datetime) -> Response:
		"""The response after a person has reported a stage reached at `at`. Raises InvalidRecordError."""
		self._check_order(to)
		self._check_time(to, at, now)
		reached = {stage: at for stage in _IMPLIED.get(to, ()) if stage not in self.times}
		if to == Stage.REPAIRING and self.stage == Stage.RESTORED:
			kept: Times = {stage: time for stage, time in self.times.items() if stage != Stage.RESTORED}
			return replace(self, stage=to, times={to: at, **reached, **kept})
		return replace(self, stage=to, times={**self.times, **reached, to: at})

	def cleared(self, at: datetime) -> Response:
		"""The response after the signal has cleared; what a person has said before stands."""
		if Stage.RESTORED in self.times:
			return self
		return replace(self, stage=Stage.RESTORED, times={**self.times, Stage.RESTORED: at})

	def came_back(self) -> Response:
		"""The response after the signal has come back: it goes on where people were."""
		over = (Stage.RESTORED, Stage.REVIEWED)
		kept = {stage: at for stage, at in self.times.items() if stage not in over}
		return replace(self, stage=max(kept, key=_ORDER.index, default=Stage.DETECTED), times=kept)

	def _check_order(self, to: Stage) -> None:
		if to in self.next_stages:
			return
		if self.next_stages:
			way_out = f"Next can be: {', '.join(map(str, self.next_stages))}."
		else:
			way_out = "It is closed; a new stop begins with a new signal."
		since = self.times.get(self.stage)
		reached = f" since {_moment(since)}" if since else ""
		raise InvalidRecordError(f"{self.what} is {self.stage}{reached} and cannot become {to}. {way_out}")

	def _check_time(self, to: Stage, at: datetime, now: datetime) -> None:
		if at > now:
			raise InvalidRecordError(
				f"{self.what}: {to} at {_moment(at)} lies in the future, now it is {_moment(now)}."
				" Enter when it happened, or leave the time empty for now."
			)
		if at < self.onset:
			raise InvalidRecordError(
				f"{self.what}: {to} at {_moment(at)} lies before its onset at {_moment(self.onset)}."
				" Enter a later time, or correct the onset first."
			)
		earlier = self.times.get(self.stage)
		if earlier is not None and at < earlier:
			raise InvalidRecordError(
				f"{self.what}: {to} at {_moment(at)} lies before {self.stage} at {_moment(earlier)}."
				" Enter a later time."
			)


def check_may(what: str, to: Stage, roles: Collection[str]) -> None:
	"""Raise NotAllowedError unless one of the roles may report a stage. System Managers may everything."""
	allowed = ROLES.get(to, ())
	if not {*allowed, "System Manager"} & set(roles):
		raise NotAllowedError(f"{what}: {to} is reported by {', '.join(allowed)}. Ask one of them.")


def _moment(at: datetime) -> str:
	return f"{at:%Y-%m-%d %H:%M:%S %Z}"
