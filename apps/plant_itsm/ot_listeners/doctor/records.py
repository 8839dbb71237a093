"""What the records of a site lack: rules without a CI, lines without a price, tickets without a priority."""

from __future__ import annotations

from collections.abc import Iterator

from plant_itsm.domain.errors import MissingRecordError
from plant_itsm.domain.vocabulary import CIStatus
from plant_itsm.ot_listeners.doctor.findings import Finding, error, ok, warning
from plant_itsm.ports import Clock, Record, Records
from plant_itsm.services.cost_models import all_cost_models
from plant_itsm.services.lines import local_days, production_lines, site_zones
from plant_itsm.services.priorities import priority_names
from plant_itsm.services.settings import settings_of

SHOWN_NAMES = 5
SLA, PRIORITY, TICKET_TYPE = "HD Service Level Agreement", "HD Ticket Priority", "HD Ticket Type"


def examine_rules(records: Records, connection: Record) -> Iterator[Finding]:
	"""The rules of one OT Connection."""
	rules = records.find("Signal Rule", {"connection": connection["name"], "enabled": True})
	if not rules:
		yield warning(
			"rules",
			"no enabled Signal Rule",
			"nothing is subscribed to, so nothing is seen",
			"add a Signal Rule; plant-itsm browse shows what the connection offers",
		)
		return
	in_use = {row["name"] for row in records.find("OT CI", {"status": CIStatus.ACTIVE})}
	lost = [rule["name"] for rule in rules if rule["ci"] not in in_use]
	if lost:
		yield error(
			"rules",
			f"{_names(lost)}: the OT CI is gone or retired",
			"every signal for them becomes a dead letter",
			"ci = one that is in use, or enabled = 0",
		)
	else:
		yield ok("rules", f"{len(rules)} enabled, each with a CI in use")


def examine_plant(records: Records, clock: Clock) -> Iterator[Finding]:
	"""Prices and people of the production lines."""
	now = clock.now()
	days, models, lines = (
		local_days(site_zones(records), now),
		all_cost_models(records),
		production_lines(records),
	)
	priced = {
		model.production_line
		for line in lines
		for model in models
		if (day := days.get(line.plant_site)) is not None
		and model.production_line == line.name
		and model.valid_from <= day
		and (model.valid_to is None or day <= model.valid_to)
	}
	unpriced = [line.name for line in lines if line.name not in priced]
	if unpriced:
		yield warning(
			"cost models",
			f"{_names(unpriced)}: no Line Stop Cost Model is valid today",
			"a stop of them shows no money",
			"add a Line Stop Cost Model for each, valid from today or earlier",
		)
	elif lines:
		yield ok("cost models", f"{len(lines)} lines are priced today")
	else:
		yield warning(
			"lines", "no Production Line", "no signal has an impact", "load a plant: plant-itsm load-plant"
		)
	told = {row["parent"] for row in records.find("Line Responsible", {"parenttype": "Production Line"})}
	untold = [line.name for line in lines if line.name not in told]
	if untold:
		yield warning(
			"responsibles",
			f"{_names(untold)}: nobody",
			"nobody is told of a stop",
			"responsibles = roles or users",
		)


def examine_helpdesk(records: Records) -> Iterator[Finding]:
	"""Whether a ticket can be opened: priorities, their service level, the type."""
	settings = settings_of(records)
	wanted = priority_names(records)
	missing = sorted(wanted - {row["name"] for row in records.find(PRIORITY)})
	if missing:
		yield error(
			"priorities", f"HD Ticket Priority {_names(missing)} is missing", "no ticket is opened", "add it"
		)
	else:
		yield ok("priorities", ", ".join(sorted(wanted)))
	if not any(row["name"] == settings.ticket_type for row in records.find(TICKET_TYPE)):
		yield error(
			"ticket type",
			f"{settings.ticket_type} is missing",
			"no ticket is opened",
			"ticket_type = one that exists",
		)
	try:
		records.meta(SLA)
	except MissingRecordError:  # the embedded edition keeps tickets without service levels
		return
	yield from _service_level(records, wanted)


def _service_level(records: Records, wanted: set[str]) -> Iterator[Finding]:
	found = records.find(SLA, {"enabled": True, "default_sla": True}, limit=1)
	if not found:
		yield error(
			"service level",
			"no enabled HD Service Level Agreement is the default",
			"Helpdesk refuses every ticket",
			"enabled = 1 and default_sla = 1, in one HD Service Level Agreement",
		)
		return
	agreement = records.get(SLA, found[0]["name"]) or {"priorities": []}
	lacking = sorted(wanted - {row["priority"] for row in agreement["priorities"]})
	if lacking:
		yield error(
			"service level",
			f"{found[0]['name']} has no {_names(lacking)}",
			"Helpdesk refuses tickets of this priority",
			f"priorities = a row for {_names(lacking)}, in HD Service Level Agreement {found[0]['name']}",
		)
	else:
		yield ok("service level", f"{found[0]['name']} holds {', '.join(sorted(wanted))}")


def _names(names: list[str]) -> str:
	more = len(names) - SHOWN_NAMES
	return ", ".join(names[:SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")
