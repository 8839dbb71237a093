"""What signals say of the condition of CIs: the rules whose values neither raise nor clear anything."""

from __future__ import annotations

from plant_itsm.domain.rules import SignalRule
from plant_itsm.domain.signals import Reading
from plant_itsm.domain.vocabulary import EventKind
from plant_itsm.ports import Records
from plant_itsm.services.condition_indicators import BatchConditions
from plant_itsm.services.failure_predictions import BatchPredictions


class MaintenanceSignals:
	"""The condition values and predictions of one batch; written by `save` in the transaction of the batch."""

	def __init__(self, records: Records):
		self._conditions = BatchConditions(records)
		self._predictions = BatchPredictions(records)

	def take(self, rule: SignalRule, reading: Reading) -> str:
		"""Returns what became of it, in words. Raises RuleError."""
		if rule.event_kind == EventKind.CONDITION_VALUE:
			return self._conditions.take(rule, reading)
		return self._predictions.take(rule, reading)

	def save(self) -> None:
		self._conditions.save()
		self._predictions.save()
