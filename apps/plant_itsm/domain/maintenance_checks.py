"""Measured values of a checklist: what lies outside its limits is a finding."""

from __future__ import annotations

from dataclasses import dataclass

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.domain.maintenance_words import LimitKind
from plant_itsm.domain.rules import finite


@dataclass(frozen=True)
class Limits:
	"""The limits themselves are still allowed."""

	kind: LimitKind
	lowest: float
	highest: float
	unit: str = ""

	def finding(self, value: float) -> str:
		"""What is wrong with a value, in words; "" where nothing is."""
		if self.kind != LimitKind.AT_LEAST and value > self.highest:
			return f"{self._text(value)} is above {self._text(self.highest)}"
		if self.kind != LimitKind.AT_MOST and value < self.lowest:
			return f"{self._text(value)} is below {self._text(self.lowest)}"
		return ""

	def _text(self, value: float) -> str:
		return f"{value:g} {self.unit}".rstrip()


def check_limits(what: str, limits: Limits) -> None:
	"""Refuse limits in the wrong order."""
	if limits.kind == LimitKind.BETWEEN and limits.highest <= limits.lowest:
		raise InvalidRecordError(
			f"{what}: its highest value {limits.highest:g} is not above the lowest, {limits.lowest:g}. Swap them.",
			fieldname="steps.highest",
			value=limits.highest,
		)


def finding_of(what: str, result: str, limits: Limits | None) -> str:
	"""What a result is found to be. Raises InvalidRecordError for a text where a number is measured."""
	if limits is None or not result.strip():
		return ""
	value = finite(result.strip())
	if value is None:
		raise InvalidRecordError(
			f"{what}: {result!r} is no number. Enter the measured value with a decimal point, for example 4.2.",
			fieldname="steps.result",
			value=result,
		)
	return limits.finding(value)
