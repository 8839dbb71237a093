"""Refresh or maintain: the sheet of one ageing asset, and the answer for all those of a line.

A sheet takes what keeping the asset costs from the records, unless a person enters it; each figure says where it comes
from. What a new asset needs is an assumption of the settings until somebody knows better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from plant_itsm.domain.ageing import growth
from plant_itsm.domain.errors import MissingRecordError, NotEnoughDataError
from plant_itsm.domain.money import Money, to_decimal
from plant_itsm.domain.refresh_or_maintain import Comparison, Course, compare
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.asset_evidence import AssetEvidence
from plant_itsm.services.failure_predictions import CI
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.lines import line_of_ci
from plant_itsm.services.maintenance_settings import MaintenanceSettings

DOCTYPE = "Refresh Assessment"
HUNDRED, NOTHING = Decimal(100), Decimal(0)
PLACES = Decimal("0.01")


@dataclass(frozen=True)
class KeepFigures:
	"""What keeping an asset costs, as the records tell. evidence: one sentence for each figure."""

	maintenance: Money
	failures_per_year: Decimal
	growth: Decimal
	cost_per_hour: Money
	hours_per_failure: Decimal
	ready_spares: int
	evidence: tuple[str, ...]

	def fields(self) -> Record:
		return {
			"maintenance_per_year": self.maintenance.rounded().amount,
			"failures_per_year": float(self.failures_per_year),
			"growth_percent": float(self.growth * HUNDRED),
			"cost_per_hour": self.cost_per_hour.amount,
			"hours_per_failure": float(self.hours_per_failure),
			"ready_spares": self.ready_spares,
		}


def keep_figures(evidence: AssetEvidence, ci: Record, currency: str) -> KeepFigures:
	"""Raises NotEnoughDataError for an asset that has not run for a year."""
	years = evidence.years(ci)
	if not years:
		raise NotEnoughDataError(
			f"{ci['name']} has not run for a year. Enter when it was commissioned, or the figures"
		)
	count = len(years.failures)
	maintenance = Money(sum(years.maintenance, NOTHING) / count, currency)
	failures = (sum(years.failures, NOTHING) / count).quantize(PLACES)
	assumed = evidence.settings.assumed_growth
	rising = growth(years.maintenance, f" {currency} of maintenance", assumed)
	cost = evidence.cost_per_hour(ci["name"])
	lasts = evidence.restoration(ci["name"])
	spares = evidence.ready_spares(ci["name"])
	return KeepFigures(
		maintenance,
		failures,
		rising.rate,
		cost or Money(NOTHING, currency),
		lasts.hours.quantize(PLACES),
		spares,
		(
			f"Maintenance: mean of {_listed(years.maintenance)} {currency} posted as OpEx in the last {count} years",
			f"Failures: mean of {_listed(years.failures)} in the last {count} years",
			f"Both rise: {rising.explanation}",
			f"Cost of a failure per hour: {cost or 'no line with a price depends on it'}",
			f"Hours per failure: {lasts.explanation}",
			f"Spares: {spares} tested and ready",
		),
	)


def _listed(values: Iterable[Decimal]) -> str:
	return ", ".join(f"{value:,.2f}".removesuffix(".00") for value in values)


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""The figures from the records where they are wanted, and the comparison; without data, what is missing."""
	ci = records.get(CI, record["ci"])
	if ci is None:
		raise MissingRecordError(f"OT CI {record['ci']!r} does not exist. Check the name.")
	site = records.get("Plant Site", ci["plant_site"]) or {}
	evidence = AssetEvidence(records, ImpactModel(records), clock.now())
	values: Record = {
		"assessed_on": record.get("assessed_on") or evidence.today,
		"production_line": line_of_ci(records, ci["name"]) or None,
		"currency": site["currency"],
	}
	return values | sheet_of(evidence, ci, record | values)


def sheet_of(evidence: AssetEvidence, ci: Record, record: Record) -> Record:
	"""The figures of a sheet with currency, and what they lead to, as fields."""
	values: Record = {"evidence": "As entered", **_NO_RESULT}
	try:
		if record.get("from_records"):
			found = keep_figures(evidence, ci, record["currency"])
			values |= {**found.fields(), "evidence": "\n".join(found.evidence)}
		values |= _assumed(evidence, ci["name"], record)
		compared = comparison_of(record | values)
		values |= _result(compared, record["currency"])
	except NotEnoughDataError as error:
		values["explanation"] = str(error)
	return values


_NO_RESULT: Record = {"keep_cost": None, "replace_cost": None, "advice": None, "year_costs": []}


def _assumed(evidence: AssetEvidence, ci: str, record: Record) -> Record:
	"""What was left open, from the settings and the books."""
	settings: MaintenanceSettings = evidence.settings
	purchase = record.get("purchase_cost") or None
	if purchase is None:
		bought = evidence.replacement_cost(ci)
		if bought is None or bought.currency != record["currency"]:
			raise NotEnoughDataError(
				f"no Capital Asset in {record['currency']} says what {ci} has cost. Enter the purchase cost"
			)
		purchase = bought.amount
	return {
		"purchase_cost": purchase,
		"years": record.get("years") or settings.refresh_years,
		"discount_rate_percent": record.get("discount_rate_percent")
		or float(settings.discount_rate * HUNDRED),
		"new_share_percent": record.get("new_share_percent") or float(settings.new_share * HUNDRED),
	}


def comparison_of(record: Record) -> Comparison:
	"""Keep against replace by the fields of a sheet."""
	currency = record["currency"]

	def money(fieldname: str) -> Money:
		return Money(to_decimal(record.get(fieldname) or 0), currency)

	share = _share(record, "new_share_percent")
	rising, failures = _share(record, "growth_percent"), to_decimal(record.get("failures_per_year") or 0)
	nothing = Money(NOTHING, currency)
	keep = Course("Keep", nothing, money("maintenance_per_year"), failures, rising, nothing)
	replace = Course(
		"Replace",
		money("purchase_cost"),
		keep.maintenance_per_year.times(share),
		failures * share,
		rising,
		money("residual_value"),
	)
	per_failure = money("cost_per_hour").times(to_decimal(record.get("hours_per_failure") or 0)).rounded()
	return compare(keep, replace, per_failure, record["years"], _share(record, "discount_rate_percent"))


def _share(record: Record, fieldname: str) -> Decimal:
	return to_decimal(record.get(fieldname) or 0) / HUNDRED


def _result(compared: Comparison, currency: str) -> Record:
	rows: list[dict[str, Any]] = [
		{"year": year, "keep_cost": keep.amount, "replace_cost": replace.amount, "currency": currency}
		for year, (keep, replace) in enumerate(compared.years, start=1)
	]
	return {
		"keep_cost": compared.keep.amount,
		"replace_cost": compared.replace.amount,
		"advice": compared.advice,
		"explanation": f"{compared.advice}: {compared.explanation}",
		"year_costs": rows,
	}


def newest_sheets(records: Records) -> dict[str, Record]:
	"""The newest sheet of each CI."""
	rows = records.find(DOCTYPE, order_by="creation")
	return {row["ci"]: row for row in rows}


def sheets_of_lines(
	records: Records, evidence: AssetEvidence, lines: Iterable[str], ends_by: date
) -> Iterator[Record]:
	"""A sheet as of now for every active CI of the lines whose end of life comes by a day: the newest one that was made
	with its figures renewed, else one from the records alone. What cannot be compared says why."""
	known = newest_sheets(records)
	ageing = {
		"status": CIStatus.ACTIVE,
		"production_line": ("in", sorted(lines)),
		"end_of_life_on": ("<=", ends_by),
	}
	cis = records.find(CI, ageing, order_by="end_of_life_on")
	evidence.read_ahead(cis)
	for ci in cis:
		site = records.get("Plant Site", ci["plant_site"]) or {}
		base = known.get(ci["name"]) or {"from_records": True}
		record = {**base, "ci": ci["name"], "currency": site["currency"]}
		yield {**record, **sheet_of(evidence, ci, record), "line": ci["production_line"], "of": ci}
