"""The rules that a record must satisfy beyond its fields; called by the DocType controllers and the embedded store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from plant_itsm.domain.alarms import check_bands
from plant_itsm.domain.calendars import check_shifts
from plant_itsm.domain.cmdb import check_segment_members
from plant_itsm.domain.cost_models import check_cost_model
from plant_itsm.domain.counting import check_counting_rule
from plant_itsm.domain.errors import InvalidRecordError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.line_stops import check_end
from plant_itsm.domain.oee import check_stop_reason
from plant_itsm.domain.ot_networks import FIELD as OT_NETWORKS
from plant_itsm.domain.ot_networks import check_host, ot_networks
from plant_itsm.domain.periods import check_period
from plant_itsm.domain.priorities import check_override, check_priority_rule
from plant_itsm.domain.rules import check_rule, check_state_map
from plant_itsm.domain.vocabulary import Protocol
from plant_itsm.ports import Record, Records
from plant_itsm.services import (
	budgets,
	capital_assets,
	change_tables,
	cost_allocations,
	cost_feeds,
	cost_ledger,
	inventory_rules,
	line_cost_reviews,
	maintenance_tables,
	problems,
	redundancy_rules,
	response_rules,
	retention,
	service_contracts,
	showback,
)
from plant_itsm.services.calendars import breaks_of, check_calendar_exception, shifts_of
from plant_itsm.services.cost_models import cost_model, versions_of
from plant_itsm.services.downtime import reason_class
from plant_itsm.services.lines import site_of_line
from plant_itsm.services.priorities import priority_rule
from plant_itsm.services.production_counts import check_count
from plant_itsm.services.rules import signal_rule
from plant_itsm.services.settings import settings_of


def validate(records: Records, doctype: str, record: Record) -> None:
	"""Raise a PlantItsmError when `record`, complete with name and child rows, breaks a rule of its DocType."""
	for error in problems_of(records, doctype, record):
		raise error


def problems_of(records: Records, doctype: str, record: Record) -> Iterator[PlantItsmError]:
	"""Everything that is wrong with a record, as far as one problem does not hide the next."""
	rule = _RULES.get(doctype)
	if rule is not None:
		try:
			rule(records, record)
		except StoreUnavailableError:
			raise
		except PlantItsmError as error:
			yield error
	yield from inventory_rules.problems_of(records, doctype, record)


def _plant_site(records: Records, record: Record) -> None:
	try:
		ZoneInfo(record["time_zone"])
	except (KeyError, ValueError, OSError):  # unknown, malformed, or the name of a folder of zones
		raise InvalidRecordError(
			f"Plant Site {record['site_name']}: time zone {record['time_zone']!r} is unknown."
			" Use an IANA name, for example Europe/Berlin."
		) from None


def _network_segment(records: Records, record: Record) -> None:
	check_segment_members(
		record["segment_name"], [(row["ci"], row["role"]) for row in record.get("members") or []]
	)


def _cost_model(records: Records, record: Record) -> None:
	model = cost_model(record)
	currency = site_of_line(records, model.production_line)["currency"]
	check_cost_model(model, versions_of(records, model.production_line), currency)


def _signal_rule(records: Records, record: Record) -> None:
	connection = records.get("OT Connection", record["connection"])
	if connection is not None:  # a missing one is refused as a broken link
		rule = signal_rule(record)
		check_rule(rule, Protocol(connection["protocol"]), connection["payload_format"])
		check_counting_rule(rule)


def _ot_connection(records: Records, record: Record) -> None:
	rows = record.get("severity_bands") or []
	check_bands(record["connection_name"], [(row["lowest_severity"], row["word"]) for row in rows])
	check_host(settings_of(records).ot_networks, record)


def _settings(records: Records, record: Record) -> None:
	retention.check_settings(records, record)
	ot_networks(record.get(OT_NETWORKS))


def _stop_reason(records: Records, record: Record) -> None:
	check_stop_reason(record["reason_name"], reason_class(record))


def _state_map(records: Records, record: Record) -> None:
	check_state_map(
		record["map_name"], [(row["number"], row["meaning"]) for row in record.get("states") or []]
	)


def _line_stop(records: Records, record: Record) -> None:
	what = record["name"] or record["title"]
	check_end(f"Line Stop {what}", record["onset"], record["ended_at"])
	response_rules.check_failure_codes(records, record)
	check_override(what, record["priority_override"], record["priority_override_reason"])


def _priority_rule(records: Records, record: Record) -> None:
	check_priority_rule(priority_rule(record), record["currency"])


def _period(records: Records, record: Record) -> None:
	check_period(record["starts_at"], record["ends_at"])


def _production_line(records: Records, record: Record) -> None:
	check_shifts(f"Production Line {record['line_name']}", shifts_of(record), breaks_of(record))


_RULES: dict[str, Callable[[Records, Record], None]] = {
	"Plant Site": _plant_site,
	"CI Relation": redundancy_rules.ci_relation,
	"Redundancy Group": redundancy_rules.redundancy_group,
	"Line Feed": redundancy_rules.line_feed,
	"Network Segment": _network_segment,
	"Line Stop Cost Model": _cost_model,
	"Signal Rule": _signal_rule,
	"Production Line": _production_line,
	"Calendar Exception": check_calendar_exception,
	"OT Connection": _ot_connection,
	"State Map": _state_map,
	"Stop Reason": _stop_reason,
	"Production Count": check_count,
	"Problem Record": problems.check,
	"Capital Asset": capital_assets.check,
	"Cost Feed Rule": cost_feeds.check_rule,
	budgets.DOCTYPE: budgets.check,
	"Plant Cost Entry": cost_ledger.check,
	"Allocation Rule": cost_allocations.check,
	line_cost_reviews.DOCTYPE: line_cost_reviews.check,
	"Plant Service Contract": service_contracts.check,
	"Showback Statement": showback.check,
	"Escalation Policy": response_rules.check_policy,
	"On Call Duty": response_rules.check_on_call_duty,
	"OT CI": response_rules.check_diagnosis_ports,
	"CI Class": response_rules.check_diagnosis_ports,
	"Line Stop": _line_stop,
	"Plant ITSM Settings": _settings,
	"Priority Rule": _priority_rule,
	"Signal Shelving": _period,
	"Maintenance Mode": _period,
	**change_tables.RULES,
	**maintenance_tables.RULES,
}
