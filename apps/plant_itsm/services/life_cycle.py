"""The life cycle of OT CIs: each transition is a CI Lifecycle Event, and the gates decide whether it may be.

What is inserted stays as it is: a step that was wrong is followed by the one that puts it right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.life_cycle import ADMIN, Asset, LifeCycleState, check_transition
from plant_itsm.domain.retiring import Retirement
from plant_itsm.domain.showback import CAPEX
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.change_people import people_of
from plant_itsm.services.retirements import what_needs

DOCTYPE = "CI Lifecycle Event"
CI = "OT CI"
ADMINISTRATOR = "Administrator"
CAPITAL_ASSET = "Capital Asset"
OWN_FILES = ("/files/", "/private/files/")
FIXED = ("ci", "to_state", "from_state", "happened_at", "person", "cost", "currency", "capital_asset")


def completed(records: Records, clock: Clock, record: Record) -> Record:
	"""Who did it, when, and what it was before; the embedded edition, which knows no users, is told the person."""
	if record.get("from_state") is not None and record.get("happened_at") is not None:
		return {}
	ci = records.get(CI, record["ci"]) or {}
	writer = records.writer()
	known = records.get("User", writer.user) is not None
	return {
		"from_state": ci.get("life_cycle_state") or "",
		"happened_at": clock.now().replace(microsecond=0),
		"person": writer.user if known else record.get("person"),
	}


def check(records: Records, record: Record) -> None:
	"""Refuse a transition that the gates do not let through, and a change of one that has happened."""
	before = records.get(DOCTYPE, record["name"]) if record.get("name") else None
	if before is not None:
		changed = [field for field in FIXED if (before[field] or None) != (record.get(field) or None)]
		if changed:
			raise InvalidRecordError(
				f"CI Lifecycle Event {record['name']}: it has happened, so {changed[0]} cannot change."
				" Add the event that puts it right.",
				fieldname=changed[0],
			)
		return
	_check_capital_asset(records, record)
	asset = _asset(records, record)
	today = records.writer().at.date()
	check_transition(asset, LifeCycleState(record["to_state"]), _roles(records, record.get("person")), today)


def _check_capital_asset(records: Records, record: Record) -> None:
	"""What an event names as CapEx has to be that, and of the same CI."""
	name = record.get("capital_asset")
	asset = records.get(CAPITAL_ASSET, name) if name else None
	if asset is not None and (asset["ot_ci"] != record["ci"] or asset["spend_type"] != CAPEX):
		raise InvalidRecordError(
			f"CI Lifecycle Event of {record['ci']}: Capital Asset {name} is {asset['spend_type']} of"
			f" {asset['ot_ci'] or 'no CI'}. Choose one of that CI that is CapEx.",
			fieldname="capital_asset",
			value=name,
		)


def _roles(records: Records, user: str | None) -> frozenset[str]:
	if user == ADMINISTRATOR:
		return frozenset({ADMIN})
	person = people_of(records, [user]).get(user or "")
	return person.roles if person else frozenset()


def _asset(records: Records, record: Record) -> Asset:
	ci = records.get(CI, record["ci"])
	if ci is None:
		raise MissingRecordError(f"OT CI {record['ci']!r} does not exist. Check the name.")
	name, state = ci["name"], ci["life_cycle_state"]
	leaves = record["to_state"] == LifeCycleState.DECOMMISSION
	needs = what_needs(records, [Retirement(name, "")]) if leaves else []
	return Asset(
		name=name,
		state=LifeCycleState(state) if state else None,
		monitored=records.count("Signal Rule", {"ci": name, "enabled": True}) > 0,
		owner=(ci["owner_team"] or "").strip(),
		has_backup=records.count("CI Program Version", {"ci": name}) > 0,
		production_line=ci["production_line"] or "",
		cost_center=(ci["cost_center"] or "").strip(),
		end_of_life_on=ci["end_of_life_on"],
		needs=tuple(need.why for need in needs),
		spare_decision=(record.get("spare_decision") or "").strip(),
		certificate=record.get("certificate") or "",
		certificate_is_kept=_is_kept(records, record.get("certificate") or ""),
		booked=tuple(_booked(records, name)) if leaves else (),
	)


def _is_kept(records: Records, url: str) -> bool:
	"""Whether a file is there; an address elsewhere is not looked up."""
	return not url.startswith(OWN_FILES) or records.count("File", {"file_url": url}) > 0


def _booked(records: Records, ci: str) -> Iterator[str]:
	"""Its Capital Assets with a component that nobody has derecognised (IAS 16, 67: on disposal)."""
	for found in records.find(CAPITAL_ASSET, {"ot_ci": ci, "spend_type": CAPEX}):
		asset = records.get(CAPITAL_ASSET, found["name"]) or {}
		if any(not row["disposed_on"] for row in asset.get("components") or ()):
			yield str(found["name"])


def follow(records: Records, record: Mapping[str, Any]) -> None:
	"""Bring the CI to the state of its newest event; what is decommissioned is retired."""
	newest = records.find(DOCTYPE, {"ci": record["ci"]}, order_by="creation", descending=True, limit=1)
	if not newest or newest[0]["name"] != record["name"]:
		return
	ci = records.get(CI, record["ci"]) or {}
	values: Record = {"life_cycle_state": record["to_state"]}
	if record["to_state"] == LifeCycleState.COMMISSIONING and not ci.get("commissioned_on"):
		values["commissioned_on"] = newest[0]["happened_at"].date()
	if record["to_state"] == LifeCycleState.DECOMMISSION:
		writer = records.writer()
		values |= {
			"status": CIStatus.RETIRED,
			"retired_at": writer.at,
			"retired_by": writer.user,
			"retirement_reason": f"Decommissioned by {record['name']}",
		}
	if (ci.get("life_cycle_state") or "") != record["to_state"]:
		records.update(CI, record["ci"], values)
