"""Workers that are killed hard: the listener anywhere, the drain and the delivery around their commits."""

from dataclasses import replace

from plant_itsm.ot_listeners.site_redis import listener_job
from plant_itsm.services.outbox import GRACE_SECONDS
from tests.faults.plants import BROKER
from tests.faults.runs import broker_run, machines_for
from tests.faults.site import DYING_WORKER
from tests.faults.traffic import Traffic, parts
from tests.faults.waiting import wait_until
from tests.faults.worker import DRAIN, TICKET, FaultPlan, kills_done


def test_listener_killed_again_and_again(fault_site, scale, tally):
	kills = scale.times(2, 8)
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	with broker_run(site, tally) as run:
		for part in parts(traffic.messages(scale.signals), kills):
			run.send(part)
			site.kill_holder(listener_job(BROKER), "listen", connection=BROKER)
		run.finish()
		tally.note = f"{kills} kills"
		run.close_books()


def test_drain_killed_before_and_after_its_commit(fault_site, scale, tally):
	kills = scale.times(2, 6)
	site = fault_site(
		machines_for(scale.signals),
		worker=DYING_WORKER,
		plan=FaultPlan(scale.seed, DRAIN, kills, every=3),
		settings={"drain_batch_size": max(20, scale.signals // 100)},
	)
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	with broker_run(site, tally) as run:
		run.send(traffic.messages(scale.signals))
		run.finish()
		assert kills_done(site.folder) == kills
		tally.note = f"{kills} kills"
		run.close_books()


def test_delivery_killed_before_and_after_its_commit(fault_site, scale, tally):
	"""The worker dies when the ticket is inserted and not yet committed, or committed and not yet told to anybody."""
	kills = scale.times(2, 8)
	plan = FaultPlan(scale.seed, TICKET, kills, every=3)
	site = fault_site(machines_for(scale.signals), worker=DYING_WORKER, plan=plan)
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	with broker_run(site, tally) as run:
		run.send(traffic.messages(scale.signals))
		wait_until("the planned kills", lambda: kills_done(site.folder) == kills, 120)
		replace(plan, clock_seconds=GRACE_SECONDS + 1.0).write(
			site.folder
		)  # the sweeper's turn comes at once
		run.finish()
		tally.note = f"{kills} kills"
		run.close_books()
