"""How far a plant has come on its way to the first rehearsed line stop: told by its records, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from plant_itsm.domain.drills import DrillStatus
from plant_itsm.domain.ot_networks import host_of, stays_here
from plant_itsm.domain.vocabulary import NOT_STOPS, CIStatus, LineEffect, Protocol
from plant_itsm.ports import Record, Records
from plant_itsm.services.drills import DRILL

SHOWN = 3
"""Names that a step shows of what it has, or of what lacks something."""


@dataclass(frozen=True)
class Lack:
	"""What a step still misses. what: a word that the page knows a sentence for; names: the first of them."""

	what: str
	count: int
	names: tuple[str, ...]


@dataclass(frozen=True)
class SetupStep:
	"""is_done: whether the next step can be taken. count and names: what there is of it; lacks: what would make it
	better."""

	key: str
	is_done: bool
	count: int
	names: tuple[str, ...]
	lacks: tuple[Lack, ...] = ()

	def as_json(self) -> dict[str, Any]:
		return asdict(self)


def setup_steps(records: Records) -> list[SetupStep]:
	"""The steps in their order."""
	return [step(records) for step in _STEPS]


def _names(rows: Sequence[Record]) -> tuple[str, ...]:
	return tuple(row["name"] for row in rows[:SHOWN])


def _lacks(what: str, rows: Sequence[Record]) -> tuple[Lack, ...]:
	return (Lack(what, len(rows), _names(rows)),) if rows else ()


def _sites(records: Records) -> SetupStep:
	sites = records.find("Plant Site")
	return SetupStep("site", bool(sites), len(sites), _names(sites))


def _lines(records: Records) -> SetupStep:
	lines = records.find("Production Line")
	with_shifts = _parents(records, "Line Shift")
	with_people = _parents(records, "Line Responsible")
	priced = {row["production_line"] for row in records.find("Line Stop Cost Model")}
	lacks = (
		*_lacks("shifts", [line for line in lines if line["name"] not in with_shifts]),
		*_lacks("people", [line for line in lines if line["name"] not in with_people]),
		*_lacks("price", [line for line in lines if line["name"] not in priced]),
	)
	return SetupStep("lines", bool(lines), len(lines), _names(lines), lacks)


def _parents(records: Records, table: str) -> set[str]:
	return {row["parent"] for row in records.find(table, {"parenttype": "Production Line"})}


def _cis(records: Records) -> SetupStep:
	"""A CI that stops no line cannot be rehearsed with an effect."""
	cis = records.find("OT CI", {"status": CIStatus.ACTIVE})
	stopping = [ci for ci in cis if ci["production_line"] and ci["line_effect"] == LineEffect.STOPS]
	lacks = _lacks("effect", cis) if cis and not stopping else ()
	return SetupStep("cis", bool(stopping), len(cis), _names(stopping or cis), lacks)


def _connections(records: Records) -> SetupStep:
	enabled = records.find("OT Connection", {"enabled": True})
	heard = {
		row["connection"] for row in records.find("OT Connection State", {"last_signal_at": ("is", "set")})
	}
	silent = [row for row in enabled if row["name"] not in heard]
	return SetupStep(
		"connection",
		bool(enabled),
		len(enabled),
		_names(enabled),
		(*_lacks("signal", silent), *_lacks("encryption", _in_the_clear(enabled))),
	)


def _in_the_clear(connections: list[Record]) -> list[Record]:
	"""What anybody on the network could read and feign; what stays on this machine nobody can."""
	return [row for row in connections if not _is_encrypted(row) and not stays_here(host_of(row))]


def _is_encrypted(connection: Record) -> bool:
	if connection["protocol"] == Protocol.MQTT:
		return bool(connection["use_tls"])
	return bool(connection["security_policy"] != "None")


def _rules(records: Records) -> SetupStep:
	enabled = records.find("Signal Rule", {"enabled": True})
	stopping = [rule for rule in enabled if rule["event_kind"] not in NOT_STOPS]
	return SetupStep("rule", bool(stopping), len(stopping), _names(stopping))


def _drills(records: Records) -> SetupStep:
	done = {"status": ("in", [DrillStatus.RUNNING, DrillStatus.CLEANED_UP])}
	drills = records.find(DRILL, done, order_by="started_at", descending=True)
	told = tuple(drill["summary"] or drill["signal_rule"] or drill["name"] for drill in drills[:1])
	return SetupStep("drill", bool(drills), len(drills), told)


_STEPS: tuple[Callable[[Records], SetupStep], ...] = (_sites, _lines, _cis, _connections, _rules, _drills)
