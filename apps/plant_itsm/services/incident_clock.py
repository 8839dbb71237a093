"""What time alone does to incidents, for the minutes in which no drain runs."""

from __future__ import annotations

from plant_itsm.ports import Ports
from plant_itsm.services import outbox
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.incidents import Incidents, next_due
from plant_itsm.services.plant_locks import GROUPING, holding
from plant_itsm.services.priorities import priority_rules
from plant_itsm.services.settings import settings_of


def pass_time(ports: Ports) -> list[str]:
	"""Set parts free whose grace is over, open tickets that have waited long enough. Returns the stops delivered."""
	records, now = ports.records, ports.clock.now()
	with records.transaction():
		due = next_due(records, now)
	if due is None or due > now:
		return []
	with holding(records, GROUPING):
		incidents = Incidents(records, ImpactModel(records), settings_of(records), priority_rules(records))
		incidents.pass_time(now)
	for stop in incidents.posted:
		outbox.deliver(ports, stop)
	return list(incidents.posted)
