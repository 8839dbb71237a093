"""The broker is killed in the middle of a burst, or the link to it is cut."""

from tests.faults.plants import BROKER
from tests.faults.runs import broker_run, machines_for
from tests.faults.servers import SAVED_AFTER_CHANGES, Witness
from tests.faults.site import pause
from tests.faults.traffic import Traffic, expected, parts
from tests.servers import CutLink


def test_broker_killed_in_a_burst(fault_site, scale, tally):
	"""What the broker itself lost, since it acknowledges before it saves, is told by a witness and is not ours."""
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	witness = Witness(site.broker.port)
	with broker_run(site, tally) as run:
		for part in parts(traffic.messages(scale.signals), 2):
			before = len(run.publisher.acknowledged)
			run.send(part)
			run.publisher.wait_for(before + len(part) // 2)
			site.broker.kill()
			site.broker.start()
		run.publisher.settle()
		run.send(traffic.last_states())
		last = run.finish()
		kept = set(witness.read((last.address, last.payload)))
		lost_by_broker = [one for one in run.sent if (one.address, one.payload) not in kept]
		assert len(lost_by_broker) <= 2 * SAVED_AFTER_CHANGES, "the broker does not save as it was told to"
		tally.note = f"{len(lost_by_broker)} lost by the broker itself"
		missing = {one.identity for one in lost_by_broker}
		run.close_books(expected(run.sent, dubious=missing), beyond_reach=len(missing))


def test_link_to_the_broker_cut(fault_site, scale, tally):
	cut_seconds = scale.long(3, 10)
	site = fault_site(machines_for(scale.signals))
	traffic = Traffic(scale.seed, machines_for(scale.signals))
	link = CutLink(site.broker.port)
	try:
		with broker_run(site, tally, port=link.port) as run:
			first, *others = parts(traffic.messages(scale.signals), 3)
			run.send(first)
			site.wait_for_received(BROKER, len(first) // 2)
			for number, part in enumerate(others):
				run.send(part)
				link.cut()
				pause(cut_seconds if number else 0.5)
				link.mend()
				site.wait_for_listener(BROKER)
			run.finish()
			tally.note = f"cuts of 0.5 s and {cut_seconds:g} s"
			run.close_books()
	finally:
		link.stop()
