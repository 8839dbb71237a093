"""The database is away: its file is locked by somebody who does not give it back for a while."""

import sqlite3

from tests.faults.plants import BROKER
from tests.faults.runs import broker_run, machines_for
from tests.faults.site import pause
from tests.faults.traffic import Traffic, parts


def test_database_locked(fault_site, scale, tally):
	away_seconds = scale.long(6, 60)
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	before, meanwhile, after = parts(traffic.messages(scale.signals), 3)
	with broker_run(site, tally) as run:
		run.send(before)
		site.wait_for_received(BROKER, len(before) // 2)
		locker = sqlite3.connect(site.records.path, timeout=30, isolation_level=None)
		locker.execute("BEGIN EXCLUSIVE")
		run.send(meanwhile)
		run.publisher.settle()
		pause(away_seconds)
		locker.execute("ROLLBACK")
		locker.close()
		run.send(after)
		run.finish()
		tally.note = f"locked for {away_seconds:g} s"
		run.close_books()
