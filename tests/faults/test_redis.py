"""Redis is killed twice, then stays away: sources keep what it cannot take."""

from plant_itsm.services.outbox import GRACE_SECONDS
from tests.faults.plants import BROKER
from tests.faults.runs import broker_run, machines_for
from tests.faults.site import DYING_WORKER, pause
from tests.faults.traffic import Traffic, parts
from tests.faults.worker import FaultPlan


def test_redis_killed_twice_and_then_down(fault_site, scale, tally):
	down_seconds = scale.long(5, 60)  # longer than a lease, at least
	site = fault_site(machines_for(scale.signals), worker=DYING_WORKER)  # for its clock: none of them dies
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
		FaultPlan(clock_seconds=GRACE_SECONDS + 1.0).write(
			site.folder
		)  # deliveries that Redis lost are due at once
		run.finish()
		tally.note = f"2 kills, then down for {down_seconds:g} s"
		run.close_books()
