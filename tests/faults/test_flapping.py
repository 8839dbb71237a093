"""A contact that flaps ten times a second is one incident, however long it does."""

import time
from datetime import datetime, timezone

import pytest

from tests.faults.plants import BROKER, OFFLINE, RUNNING, machine, status_topic
from tests.faults.runs import broker_run
from tests.faults.traffic import Message

HERTZ = 10


@pytest.mark.hour_glass
@pytest.mark.timeout(1200)
def test_flapping(fault_site, scale, tally):
	seconds = scale.times(6, 600)
	site = fault_site(10, settings={"chatter_raises": 3, "reopen_within_seconds": 60.0})
	with broker_run(site, tally) as run:
		start = time.monotonic()
		for number in range(seconds * HERTZ):
			value = RUNNING if number % 2 else OFFLINE
			run.send([Message(status_topic(0), value, datetime.now(timezone.utc), machine(0))])
			time.sleep(max(0.0, start + (number + 1) / HERTZ - time.monotonic()))  # the pace is the fault
		run.finish()
		tally.sent, tally.note = len(run.sent), f"{HERTZ} Hz for {seconds} s"
		stops = site.records.find("Line Stop")
		tickets = site.records.count("HD Ticket")
		counts = site.counts(BROKER)
		waiting = site.records.count("Signal State", {"due_at": ("is", "set")})
		for name in ("received", "events", "suppressed", "dead_lettered"):
			setattr(tally, name, counts[name])
		tally.stops, tally.tickets = len(stops), tickets
		tally.add("lost", range(max(0, len(run.sent) - counts["received"])))
		assert (len(stops), tickets) == (1, 1), stops
		accounted = counts["events"] + counts["suppressed"] + counts["dead_lettered"] + waiting
		assert counts["received"] == accounted, (counts, waiting)
