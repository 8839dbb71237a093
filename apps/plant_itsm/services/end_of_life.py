"""The register of CIs by their end of life and end of support, with the money that the failure of each puts at risk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plant_itsm.domain.ageing import FailureRisk, failure_risk
from plant_itsm.domain.errors import NotEnoughDataError
from plant_itsm.domain.money import Money
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Record, Records
from plant_itsm.services.asset_evidence import AssetEvidence
from plant_itsm.services.failure_predictions import CI


@dataclass(frozen=True)
class EndOfLifeRisk:
	"""days_past: since the end of life, negative before it, None without a date. cost_per_hour: None where the CI's
	failure has no price. probability: of a failure within a year. ready_spares: tested units that match it."""

	ci: str
	production_line: str
	end_of_life_on: date | None
	end_of_support_on: date | None
	days_past: int | None
	cost_per_hour: Money | None
	probability: float | None
	ready_spares: int
	risk: FailureRisk


@dataclass(frozen=True)
class EndOfLifeRegister:
	"""Rows by money at risk, the dearest first. undated: CIs with neither date, which are in no share."""

	rows: tuple[EndOfLifeRisk, ...]
	undated: int


def end_of_life_register(records: Records, evidence: AssetEvidence) -> EndOfLifeRegister:
	cis = records.find(CI, {"status": CIStatus.ACTIVE})
	dated = [ci for ci in cis if ci["end_of_life_on"] or ci["end_of_support_on"]]
	evidence.read_ahead(dated)
	rows = sorted(_risks(evidence, dated), key=_dearest_first)
	return EndOfLifeRegister(tuple(rows), len(cis) - len(dated))


def _dearest_first(row: EndOfLifeRisk) -> tuple[Decimal, Decimal, int, str]:
	risk, hourly = row.risk.money, row.cost_per_hour
	nothing = Decimal(0)
	return (
		-(risk.amount if risk else nothing),
		-(hourly.amount if hourly else nothing),
		-(row.days_past or 0),
		row.ci,
	)


def share_past(rows: list[EndOfLifeRisk]) -> Decimal | None:
	"""Of the CIs with an end of life those that are past it; None where none has one."""
	dated = [row.days_past for row in rows if row.days_past is not None]
	return Decimal(sum(days > 0 for days in dated)) / len(dated) if dated else None


def _risks(evidence: AssetEvidence, cis: list[Record]) -> Iterator[EndOfLifeRisk]:
	for ci in cis:
		end = ci["end_of_life_on"]
		hourly = evidence.cost_per_hour(ci["name"])
		probability, missing = None, "no line with a price depends on it"
		try:
			probability = evidence.failure_probability(ci)
		except NotEnoughDataError as error:
			missing = str(error).removeprefix("not enough data: ")
		yield EndOfLifeRisk(
			ci["name"],
			ci["production_line"] or "",
			end,
			ci["end_of_support_on"],
			(evidence.today - end).days if end else None,
			hourly,
			probability,
			evidence.ready_spares(ci["name"]),
			failure_risk(hourly, probability, evidence.restoration(ci["name"]), missing),
		)
