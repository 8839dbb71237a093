"""Problem records (ITIL 4): what is behind one or several line stops, and how far its analysis has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.vocabulary import ProblemStatus

_SOLVED = (ProblemStatus.RESOLVED, ProblemStatus.CLOSED)


@dataclass(frozen=True)
class Analysis:
	"""What is known of a problem. whys: the answers of the 5-why chain in their order, "" where none is given."""

	root_cause: str
	workaround: str
	solution: str
	whys: Sequence[str] = ()


def check_problem(name: str, status: ProblemStatus, analysis: Analysis, stops: Sequence[str]) -> None:
	"""Refuse a status that the analysis does not bear out, a chain of whys with a gap, and a stop named twice."""
	twice = next((stop for place, stop in enumerate(stops) if stop in stops[:place]), None)
	if twice is not None:
		raise InvalidRecordError(f"{name}: Line Stop {twice} is named twice. Remove one of its rows.")
	gap = _gap(analysis.whys)
	if gap is not None:
		raise InvalidRecordError(
			f"{name}: why {gap + 1} is answered while why {gap} is empty. Answer them in order."
		)
	if status == ProblemStatus.KNOWN_ERROR and not (analysis.root_cause or analysis.workaround):
		raise InvalidRecordError(
			f"{name}: a known error has a root cause or a workaround. Enter one, or keep Under Investigation."
		)
	if status in _SOLVED and not (analysis.root_cause and analysis.solution):
		missing = "root cause" if not analysis.root_cause else "solution"
		raise InvalidRecordError(f"{name}: {status} needs a {missing}. Enter it first.")


def _gap(whys: Sequence[str]) -> int | None:
	"""The number, from 1, of the first unanswered why that a later answer follows."""
	answered = [place for place, why in enumerate(whys, start=1) if why]
	return next((place for place in range(1, max(answered, default=0)) if place not in answered), None)
