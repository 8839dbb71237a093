"""Half of what comes is broken: each such message is a dead letter, the listener and the good ones do not care."""

from tests.faults.mutations import Mutations
from tests.faults.plants import BROKER, status_topic
from tests.faults.runs import broker_run, machines_for
from tests.faults.traffic import Traffic, parts


def test_mutated_payloads_between_good_ones(fault_site, scale, tally):
	machines = machines_for(scale.signals)
	site = fault_site(machines)
	traffic, mutations = Traffic(scale.seed, machines), Mutations(scale.seed)
	mutated = scale.signals // 2
	with broker_run(site, tally) as run:
		listener = site.pid_of("listen", connection=BROKER)
		for number, part in enumerate(parts(traffic.messages(scale.signals - mutated), mutated)):
			run.send(part)
			run.publisher.send_raw(status_topic(number % machines), mutations.payload())
		run.finish()
		assert site.pid_of("listen", connection=BROKER) == listener
		letters = site.records.find("Signal Dead Letter", {"connection": BROKER})
		tally.add("lost", range(max(0, mutated - len(letters))))
		tally.add("doubled", range(max(0, len(letters) - mutated)))
		tally.note = f"{mutated} mutated"
		assert all(row["reason"] for row in letters)
		run.close_books()
