"""What the records know of an ageing asset: its costs and failures of the last years, its spares, its life model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from plant_itsm.domain.ageing import YEAR_DAYS, Restoration, restoration
from plant_itsm.domain.errors import NotEnoughDataError
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.schema import SUBMITTED
from plant_itsm.domain.showback import OPEX
from plant_itsm.domain.time_spans import exact_seconds
from plant_itsm.ports import Record, Records
from plant_itsm.services.breakdowns import breakdowns_by_ci
from plant_itsm.services.calendars import calendar_of
from plant_itsm.services.cost_ledger import DOCTYPE as COST_ENTRY
from plant_itsm.services.failure_predictions import CI
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.lines import existing, line_of_ci
from plant_itsm.services.maintenance_settings import maintenance_settings
from plant_itsm.services.spares import SparePool
from plant_itsm.services.weibull_fits import ClassHistory

MOST_YEARS = 3
HOUR_SECONDS, MINUTES = 3600, 60


@dataclass(frozen=True)
class Years:
	"""The last years that a CI has run for in full, the oldest first: maintenance in the currency of its site, and
	failures."""

	maintenance: tuple[Decimal, ...]
	failures: tuple[Decimal, ...]

	def __bool__(self) -> bool:
		return bool(self.failures)


class AssetEvidence:
	"""Asked of several CIs of a plant, it reads the history of each class once, and what else there is of all the CIs
	at once that it was told of before."""

	def __init__(self, records: Records, model: ImpactModel, now: datetime):
		self._records, self._model, self._now = records, model, now
		self._classes: dict[str, ClassHistory] = {}
		self._cis: dict[str, Record] = {}
		self._stops: Mapping[str, list[Record]] = {}
		self._costs: Mapping[str, list[Record]] = {}
		self._pool = SparePool(records, [])
		self._waits: dict[tuple[str, float], Decimal] = {}
		self.settings = maintenance_settings(records)

	def read_ahead(self, cis: Sequence[Record]) -> None:
		"""These are the CIs that will be asked of."""
		self._cis = {ci["name"]: ci for ci in cis}
		self._stops = breakdowns_by_ci(self._records, self._cis)
		self._costs = self._maintenance(self._cis)
		self._pool = SparePool(self._records, cis)

	def _know(self, ci: str) -> Record:
		"""A CI, read for itself where nobody has told of it."""
		if ci not in self._cis:
			self.read_ahead([existing(self._records, CI, ci)])
		return self._cis[ci]

	@property
	def today(self) -> date:
		return self._now.date()

	def cost_per_hour(self, ci: str) -> Money | None:
		cost = self._model.impact([ci], self._now).cost_per_hour
		return cost and cost.rounded()

	def years(self, ci: Record) -> Years:
		"""Full years back from now, at most three, none before it was commissioned."""
		start = ci["commissioned_on"]
		full = MOST_YEARS if start is None else min((self.today - start).days // YEAR_DAYS, MOST_YEARS)
		self._know(ci["name"])
		stops = self._stops[ci["name"]]
		costs = [(row["posting_date"], row["base_amount"]) for row in self._costs.get(ci["name"], ())]
		failures: list[Decimal] = []
		maintenance: list[Decimal] = []
		for back in range(full, 0, -1):
			first = self._now - timedelta(days=back * YEAR_DAYS)
			last = first + timedelta(days=YEAR_DAYS)
			failures.append(Decimal(sum(first < stop["onset"] <= last for stop in stops)))
			posted = (amount for day, amount in costs if first.date() < day <= last.date())
			maintenance.append(sum(posted, Decimal(0)))
		return Years(tuple(maintenance), tuple(failures))

	def _maintenance(self, cis: Iterable[str]) -> Mapping[str, list[Record]]:
		"""What was posted as running cost of each CI."""
		wanted = {"ot_ci": ("in", sorted(cis)), "spend_type": OPEX, "docstatus": SUBMITTED}
		found: dict[str, list[Record]] = {}
		for row in self._records.find(COST_ENTRY, wanted, order_by="posting_date"):
			found.setdefault(row["ot_ci"], []).append(row)
		return found

	def ready_spares(self, ci: str) -> int:
		return len(self._tested(ci))

	def _tested(self, ci: str) -> list[int]:
		units = self._pool.ready_units(self._know(ci), self.today)
		return [unit.swap_minutes for unit in units if unit.tested and not unit.mismatches]

	def restoration(self, ci: str) -> Restoration:
		swaps = [minutes for minutes in self._tested(ci) if minutes]
		return restoration(
			swap_hours=Decimal(min(swaps)) / MINUTES if swaps else None,
			past_hours=_down_hours(self._stops[ci]),
			lead_time_hours=self._lead_time_hours(ci),
			usual_hours=self.settings.unplanned_stop_hours,
		)

	def _lead_time_hours(self, ci: str) -> Decimal | None:
		"""Planned production within the longest lead time of the parts of which none is on hand."""
		record = self._know(ci)
		lacking = [part for part in self._pool.parts_for(record) if not part["on_hand"]]
		days = max((part["lead_time_days"] or 0.0 for part in lacking), default=0.0)
		line = days and (record["production_line"] or line_of_ci(self._records, ci))
		return self._planned_hours(line, days) if line else None

	def _planned_hours(self, line: str, days: float) -> Decimal:
		"""The planned production of a line within so many days from now."""
		if (line, days) not in self._waits:
			until = self._now + timedelta(days=days)
			seconds = calendar_of(self._records, line).planned_seconds(self._now, until)
			self._waits[line, days] = seconds / HOUR_SECONDS
		return self._waits[line, days]

	def failure_probability(self, ci: Record) -> float:
		"""Within a year. Raises NotEnoughDataError."""
		history = self._history(ci["ci_class"])
		found = history.fitted(history.model_of(ci["name"]))
		age = history.age_days(ci["name"])
		if age is None:
			raise NotEnoughDataError(
				f"nobody knows since when {ci['name']} runs. Enter when it was commissioned"
			)
		return found.model.failure_probability(age, YEAR_DAYS)

	def _history(self, ci_class: str) -> ClassHistory:
		if ci_class not in self._classes:
			self._classes[ci_class] = ClassHistory(self._records, ci_class, self._now)
		return self._classes[ci_class]

	def replacement_cost(self, ci: str) -> Money | None:
		"""What the components in the books of its Capital Assets have cost; None where there are none."""
		sums: dict[str, Decimal] = defaultdict(Decimal)
		for found in self._records.find("Capital Asset", {"ot_ci": ci}):
			asset = self._records.get("Capital Asset", found["name"]) or {}
			for row in asset.get("components") or ():
				if not row["disposed_on"]:
					sums[asset["currency"]] += to_decimal(row["cost"] or 0)
		((currency, amount),) = sums.items() if len(sums) == 1 else (("", Decimal(0)),)
		return Money(amount, currency) if currency else None


def _down_hours(stops: Sequence[Record]) -> list[Decimal]:
	"""Of the failures that are over."""
	ends = ((stop["onset"], stop["restored_at"] or stop["ended_at"]) for stop in stops)
	return [exact_seconds(end - onset) / HOUR_SECONDS for onset, end in ends if end]
