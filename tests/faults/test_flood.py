"""All machines behind a switch stop within a second, and the switch with them."""

from collections import Counter
from datetime import datetime, timedelta, timezone

from tests.faults.plants import OFFLINE, SWITCH, SWITCH_TOPIC, machine, status_topic
from tests.faults.runs import broker_run
from tests.faults.traffic import Message, expected
from tests.faults.waiting import wait_until


def test_flood_behind_one_switch(fault_site, scale, tally):
	"""One stop for each machine, and one ticket for them all: that of the switch. The ticket's time is told, not
	judged: it waits behind the messages of the same second."""
	machines = scale.times(80, 800)
	site = fault_site(machines)
	with broker_run(site, tally) as run:
		started = datetime.now(timezone.utc)
		flood = [
			Message(
				status_topic(n % machines),
				OFFLINE,
				started + timedelta(microseconds=n),
				machine(n % machines),
			)
			for n in range(scale.signals - 1)
		]
		run.send([Message(SWITCH_TOPIC, OFFLINE, started, SWITCH), *flood])
		wait_until("a first ticket", lambda: site.records.count("HD Ticket") > 0, 60)
		first_seconds = (datetime.now(timezone.utc) - started).total_seconds()
		run.finish()
		floods = site.records.find("Alarm Flood")
		assert len(floods) == 1, floods
		assert floods[0]["peak"] > 10, floods
		stops = site.records.find("Line Stop")
		per_machine = Counter(row["root_ci"] for row in stops)
		assert max(per_machine.values()) == 1, per_machine.most_common(3)
		(incident,) = [row for row in stops if row["parent_stop"] is None]
		assert incident["root_ci"] == SWITCH
		tally.note = f"{machines} machines, first ticket after {first_seconds:.2f} s"
		run.close_books(expected(run.sent))
		assert tally.tickets == 1
