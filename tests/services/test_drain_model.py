"""Any order of raising, clearing, late and repeated signals, restarts and batches that come again: the drain's records
equal those of a plain model."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.services.conftest import AR_042, Plant


class DrainMachine(RuleBasedStateMachine):
	"""One rule at one address. The model: a set of source times that have been judged, the newest of them, whether the
	machine stands, and how many events there are of each kind."""

	@initialize()
	def begin(self) -> None:
		self._folder = tempfile.TemporaryDirectory()
		self.plant = Plant(Path(self._folder.name) / "plant.sqlite")
		self.plant.records.update(
			"Plant ITSM Settings",
			"Plant ITSM Settings",
			{"chatter_raises": 0, "incidents_per_rule_and_hour": 0, "reopen_within_seconds": 0.0},
		)
		self.drain = self.plant.drain()
		self.batches: list[list] = []
		self.told: list[tuple[str, datetime]] = []
		self.received = 0
		self.standing = False
		self.raised = self.cleared = 0
		self.late: set[datetime] = set()

	def _process(self, batch: list) -> None:
		self.batches.append(batch)
		self.received += len(batch)
		self.plant.deliver(self.drain.process(batch))

	def _fresh(self, value: str) -> object:
		self.plant.clock.move(2)
		at = self.plant.clock.now() - timedelta(seconds=1)
		self.told.append((value, at))
		offline = value == "OFFLINE"
		self.raised += offline and not self.standing
		self.cleared += self.standing and not offline
		self.standing = offline
		return self.plant.state(value, ts=at)

	@rule(values=st.lists(st.sampled_from(["OFFLINE", "RUNNING"]), min_size=1, max_size=6))
	def new_signals(self, values: list[str]) -> None:
		self._process([self._fresh(value) for value in values])

	@rule(data=st.data(), copies=st.integers(1, 3))
	def delivered_again(self, data: st.DataObject, copies: int) -> None:
		"""The last few signals once more, in their order: as a broker does that has lost acknowledgements."""
		if not self.told:
			return
		run = self.told[-data.draw(st.integers(1, min(6, len(self.told)))) :]
		before = self._transitions()
		self._process([self.plant.state(value, ts=at) for _ in range(copies) for value, at in run])
		recorded = {row["source_time"] for row in self._rows("Late")}
		assert recorded <= {at for value, at in self.told if value == "OFFLINE"} | self.late
		self.late |= recorded
		assert self._transitions() == before

	@rule(hours=st.sampled_from([1, 25]), value=st.sampled_from(["OFFLINE", "RUNNING"]))
	def late_signal(self, hours: int, value: str) -> None:
		"""History is recorded where its condition held, and moves nothing. Without a newer signal it is no history."""
		if not self.told:
			return
		at = self.plant.clock.now() - timedelta(hours=hours)
		self._process([self.plant.state(value, ts=at)])
		if value == "OFFLINE":
			self.late.add(at)

	@rule()
	def restart(self) -> None:
		"""A new drain on the same file: the old one may write no more."""
		self.drain = self.plant.drain()

	@rule(data=st.data())
	def batch_again(self, data: st.DataObject) -> None:
		"""What Redis gives once more because the cursor's commit was not heard of."""
		if self.batches:
			self.plant.deliver(self.drain.process(data.draw(st.sampled_from(self.batches))))

	@rule()
	def malformed(self) -> None:
		letters = self.plant.counts()["dead_lettered"]
		self._process([self.plant.streamed(AR_042, b"\xff{")])
		assert self.plant.counts()["dead_lettered"] == letters + 1

	def _rows(self, transition: str) -> list[dict]:
		return self.plant.records.find("OT Signal Event", {"transition": transition})

	def _transitions(self) -> tuple[int, int]:
		return len(self._rows("Raised")), len(self._rows("Cleared"))

	@invariant()
	def equals_the_model(self) -> None:
		if not hasattr(self, "plant"):
			return
		records = self.plant.records
		assert self._transitions() == (self.raised, self.cleared)
		assert records.count("Line Stop", {"status": "Open"}) == self.standing
		assert records.count("Line Stop") == self.raised == records.count("HD Ticket")
		assert {row["source_time"] for row in self._rows("Late")} == self.late
		counts = self.plant.counts()
		assert counts["received"] == self.received
		assert counts["received"] == counts["events"] + counts["suppressed"] + counts["dead_lettered"]
		assert counts["events"] == records.count("OT Signal Event")

	def teardown(self) -> None:
		if hasattr(self, "plant"):
			self.plant.records.close()
			self._folder.cleanup()


DrainMachine.TestCase.settings = settings(
	max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDrainModel = DrainMachine.TestCase
