"""Random faults, several at a time, on a site with real broker, Redis and workers: `python -m tests.endurance.chaos`.

Round after round for CHAOS_MINUTES (30), each with a site, traffic and faults of its own seed, from CHAOS_SEED (1) on.
A round ends with the books of the fault suite. The report is out/chaos/report.md; ends with 1 where anything is lost,
doubled or invented. One round again: CHAOS_SEED=7 CHAOS_MINUTES=0.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from tests.endurance.machine import machine_line
from tests.endurance.strikes import Faults, Strike, schedule
from tests.faults.ledger import Tally
from tests.faults.plants import BROKER
from tests.faults.runs import BrokerRun, broker_run
from tests.faults.servers import Witness
from tests.faults.site import FaultSite, prepare_site
from tests.faults.traffic import Message, Traffic, expected
from tests.servers import CutLink

OUT = Path("out/chaos")
MACHINES, SIGNALS = 20, 1_000
STRIKES, STRIKE_SECONDS = 10, 20.0
BEAT_SECONDS = 0.05


@dataclass
class Round:
	"""failure: why the books do not close; "" where they do."""

	tally: Tally
	struck: Counter[str] = field(default_factory=Counter)
	lost_by_broker: int = 0
	failure: str = ""


def play(prepared: Path, folder: Path, seed: int) -> Round:
	result, began = Round(Tally("chaos", seed, SIGNALS)), time.monotonic()
	with FaultSite(prepared, folder) as site:
		link, witness = CutLink(site.broker.port), Witness(site.broker.port)
		faults = Faults(site, link)
		try:
			with broker_run(site, result.tally, port=link.port) as run:
				traffic = Traffic(seed, MACHINES)
				_under_fire(run, traffic.messages(SIGNALS), faults, seed)
				_close(site, run, traffic, witness, result)
		except AssertionError as error:
			result.failure = str(error) or type(error).__name__
		finally:
			faults.end_all()
			link.stop()
			result.struck = faults.struck
			result.tally.seconds = round(time.monotonic() - began, 1)
	return result


def _under_fire(run: BrokerRun, messages: Sequence[Message], faults: Faults, seed: int) -> None:
	"""Send all messages in even time, while faults begin and end as their schedule says."""
	plan = schedule(seed, faults.names, STRIKES, STRIKE_SECONDS)
	began, sent = time.monotonic(), 0
	begins, ends = plan, list[Strike]()
	while sent < len(messages) or begins or ends:
		passed = time.monotonic() - began
		due = min(len(messages), int(passed / STRIKE_SECONDS * len(messages)))
		run.send(messages[sent:due])
		sent = due
		for strike in [one for one in begins if one.at <= passed]:
			faults.begin(strike.fault)
			ends.append(strike)
		for strike in [one for one in ends if one.ends_at <= passed]:
			faults.end(strike.fault)
		begins = [one for one in begins if one.at > passed]
		ends = [one for one in ends if one.ends_at > passed]
		time.sleep(BEAT_SECONDS)
	faults.end_all()


def _close(site: FaultSite, run: BrokerRun, traffic: Traffic, witness: Witness, result: Round) -> None:
	"""The books. What the broker lost by its own kills, since it acknowledges before it saves, the witness tells."""
	site.wait_for_listener(BROKER)
	run.publisher.settle()
	run.send(traffic.last_states())
	last = run.finish()
	kept = set(witness.read((last.address, last.payload)))
	missing = {one.identity for one in run.sent if (one.address, one.payload) not in kept}
	result.lost_by_broker = len(missing)
	result.tally.sent = len(run.sent)
	run.close_books(expected(run.sent, dubious=missing), beyond_reach=len(missing))


def report(rounds: Sequence[Round], machine: str) -> list[str]:
	total = {name: sum(getattr(one.tally, name) for one in rounds) for name in ("sent", "received", "events")}
	lost, doubled, invented = (
		sum(getattr(one.tally, name) for one in rounds) for name in ("lost", "doubled", "invented")
	)
	struck = sum((one.struck for one in rounds), Counter[str]())
	failures = [f"- seed {one.tally.seed}: {one.failure}" for one in rounds if one.failure]
	return [
		"# Chaos",
		"",
		f"{len(rounds)} rounds, {struck.total()} faults, {total['sent']:,} signals sent,"
		f" {total['received']:,} received, {total['events']:,} events: {lost} lost, {doubled} doubled,"
		f" {invented} invented; {len(failures)} rounds failed."
		f" {sum(one.lost_by_broker for one in rounds)} were lost by the broker itself."
		f" {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC; {machine}.",
		"",
		"| fault | times |",
		"|---|---|",
		*(f"| {name} | {count} |" for name, count in sorted(struck.items())),
		"",
		"| seed | faults | received | events | stops | tickets | lost by the broker | lost | doubled | seconds |",
		"|---|---|---|---|---|---|---|---|---|---|",
		*map(_row, rounds),
		"",
		*failures,
	]


def _row(one: Round) -> str:
	tally = one.tally
	cells = (
		*(tally.seed, one.struck.total(), tally.received, tally.events, tally.stops, tally.tickets),
		*(one.lost_by_broker, tally.lost, tally.doubled, tally.seconds),
	)
	return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
	minutes, seed = float(os.environ.get("CHAOS_MINUTES", "30")), int(os.environ.get("CHAOS_SEED", "1"))
	OUT.mkdir(parents=True, exist_ok=True)
	rounds, machine, ends_at = list[Round](), machine_line(), time.monotonic() + minutes * 60
	with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
		prepared = prepare_site(Path(folder) / "plant", MACHINES)
		while not rounds or time.monotonic() < ends_at:
			rounds.append(play(prepared, Path(folder) / f"seed-{seed}", seed))
			print(_row(rounds[-1]), rounds[-1].failure[:300], flush=True)
			(OUT / "report.md").write_text("\n".join(report(rounds, machine)), encoding="utf-8")
			seed += 1
	print("\n".join(report(rounds, machine)))
	return int(any(one.failure for one in rounds))


if __name__ == "__main__":
	sys.exit(main())
