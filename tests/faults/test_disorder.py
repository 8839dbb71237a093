"""Signals that come five times, in any order, an hour or a day late."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from plant_itsm.domain.vocabulary import Transition
from tests.faults.ledger import count_tickets, take_counts
from tests.faults.plants import BROKER, OFFLINE
from tests.faults.runs import broker_run, machines_for
from tests.faults.traffic import Traffic, expected, parts

COPIES = 5


def test_duplicates_in_order(fault_site, scale, tally):
	"""A source or gateway that repeats runs of messages: each counts once."""
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	with broker_run(site, tally) as run:
		for part in parts(traffic.messages(scale.signals // COPIES), 20):
			run.send(part)
			for _ in range(COPIES - 1):
				run.publisher.send(part)
		run.finish()
		assert tally.sent
		run.close_books()


def test_duplicates_shuffled_and_late(fault_site, scale, tally):
	"""Each of five copies at a place of its own, some an hour and some a day old: no row twice, no stop twice, history
	moves nothing, and what the machines say last holds."""
	dice = random.Random(scale.seed)
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	fresh = traffic.messages(scale.signals // COPIES)
	late = [
		replace(one, source_time=one.source_time - timedelta(hours=dice.choice((1, 25))))
		for one in fresh[::4]
	]
	mixed = (fresh + late) * COPIES
	dice.shuffle(mixed)
	with broker_run(site, tally) as run:
		run.send(fresh)
		run.publisher.send(mixed)
		last = traffic.last_states()
		run.send(last)
		run.finish()
		tally.sent = len(fresh) + len(mixed) + len(last)
		_count(tally, site, late, expected(run.sent).open_cis)
		tally.check()


def _count(tally, site, late, standing):
	rows = site.records.find("OT Signal Event", {"connection": BROKER})
	seen = Counter((row["address"], row["source_time"]) for row in rows)
	tally.add("doubled", [key for key, count in seen.items() if count > 1])
	history = {one.identity: one for one in late}
	of_history = [row for row in rows if (row["address"], row["source_time"]) in history]
	tally.add("invented", [row["name"] for row in of_history if row["transition"] != Transition.LATE])
	recorded = {(row["address"], row["source_time"]) for row in of_history}
	tally.add("lost", [key for key, one in history.items() if one.value == OFFLINE and key not in recorded])
	tally.late = sum(row["transition"] == Transition.LATE for row in rows)
	opened = Counter(row["root_ci"] for row in site.records.find("Line Stop", {"status": "Open"}))
	tally.add("doubled", [ci for ci, count in opened.items() if count > 1])
	tally.add("lost", standing - opened.keys())
	tally.add("invented", opened.keys() - standing)
	count_tickets(tally, site.records)
	take_counts(tally, site, BROKER)
	tally.add("lost", range(max(0, tally.sent - tally.received)))
