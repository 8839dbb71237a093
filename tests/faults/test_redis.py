"""Redis is killed twice, then stays away: sources keep what it cannot take, and once it is back nothing waits."""

import time

from plant_itsm.services.outbox import GRACE_SECONDS
from tests.faults.plants import BROKER
from tests.faults.runs import broker_run, machines_for
from tests.faults.site import pause
from tests.faults.traffic import Traffic, parts


def test_redis_killed_twice_and_then_down(fault_site, scale, tally):
	down_seconds = scale.long(5, 60)  # longer than a lease, at least
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	with broker_run(site, tally) as run:
		for number, part in enumerate(parts(traffic.messages(scale.signals), 3)):
			heard = site.counts(BROKER)["received"]
			run.send(part)
			site.wait_for_received(BROKER, heard + 1, 120)
			site.redis.kill()
			if number == 2:
				pause(down_seconds)
			site.redis.start()
		back_at = time.monotonic()
		run.finish()
		settled_after = time.monotonic() - back_at
		assert scale.is_full or settled_after < GRACE_SECONDS, "no delivery has waited for the sweeper"
		tally.note = f"2 kills, then down for {down_seconds:g} s; all delivered {settled_after:.0f} s after"
		run.close_books()
