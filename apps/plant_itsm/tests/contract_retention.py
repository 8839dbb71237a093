"""Contract of retention: what is too old goes in batches; what a lasting or unreviewed incident needs stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cached_property

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.ports import Ports
from plant_itsm.services import retention
from plant_itsm.services.settings import DOCTYPE as SETTINGS
from plant_itsm.tests.contract_plant import ContractCase

NOW = datetime(2003, 6, 1, 12, 0, tzinfo=timezone.utc)
"""Long before anything else on a site, so that a run touches nothing but what a case has written."""
EVENT, LETTER, ENTRY = "OT Signal Event", "Signal Dead Letter", "Outbox Entry"


class SetClock:
	def now(self) -> datetime:
		return NOW


class RetentionContract(ContractCase):
	ports: Ports
	removed = 0

	@cached_property
	def _ci(self):
		return self.plant.ci("AR")

	@cached_property
	def _rule(self):
		return self.plant.rule("Rule", self._ci)

	def _events(self, count, age_days, **more):
		"""Events of one moment; returns their keys."""
		keys = [self.named(f"{age_days} {more.get('line_stop')} {number}") for number in range(count)]
		fixed = {
			"signal_rule": self._rule,
			"ci": self._ci,
			"connection": self.plant.connection,
			"event_kind": "Line Stop",
			"transition": "Raised",
			"address": "a",
			"received_time": NOW - timedelta(days=age_days),
		}
		self.records.insert_many(EVENT, [{**fixed, "event_key": key, **more} for key in keys])
		return set(keys)

	def _kept(self):
		return {
			row["event_key"] for row in self.records.find(EVENT, {"event_key": ("like", f"{self.prefix}%")})
		}

	def _tidy(self):
		"""Runs until a run removes nothing more."""
		ports = replace(self.ports, records=self.records, clock=SetClock())
		while removed := sum(retention.tidy(ports).values()):
			self.removed += removed

	def _stop(self, text, **more):
		ended = {"status": "Ended", "open_key": None, "onset": NOW - timedelta(days=900)}
		return self.plant.stop(text, **{**ended, "detected_at": NOW - timedelta(days=900), **more})

	def test_events_older_than_the_settings_keep_go_and_younger_ones_stay(self):
		days = self.records.get(SETTINGS, SETTINGS)["keep_signal_events_days"]
		self._events(3, days + 1)
		young = self._events(3, days - 1)
		self._tidy()
		self.assertEqual(self._kept(), young)

	def test_what_incidents_need_that_last_or_wait_for_review_stays(self):
		ticket = self.records.insert(
			"HD Ticket", {"subject": self.named("ticket"), "raised_by": "a@b.example"}
		)
		open_root = self._stop("open", status="Open", open_key=self.named("open"))
		part = self._stop("part", parent_stop=open_root)
		unreviewed = self._stop("unreviewed", hd_ticket=ticket["name"], stage="Restored")
		reviewed = self._stop("reviewed", hd_ticket=ticket["name"], stage="Reviewed")
		without_ticket = self._stop("nobody was called")
		needed = set()
		for stop in (open_root, part, unreviewed):
			needed |= self._events(2, 800, line_stop=stop)
		for stop in (reviewed, without_ticket):
			self._events(2, 800, line_stop=stop)
		self._tidy()
		self.assertEqual(self._kept(), needed)

	def test_what_stays_does_not_hold_up_what_is_younger_than_it(self):
		stop = self._stop("open", status="Open", open_key=self.named("open"))
		many = retention.BATCH_ROWS + 10
		needed = self._events(many, 900, line_stop=stop)
		self._events(10, 800)
		self._tidy()
		self.assertEqual(self._kept(), needed)
		self.assertEqual(self.removed, 10)

	def test_no_more_than_its_batches_go_in_one_run(self):
		self._events(retention.BATCH_ROWS * 2 + 1, 800)
		batches = retention.MOST_BATCHES
		retention.MOST_BATCHES = 2
		try:
			removed = retention.tidy(replace(self.ports, records=self.records, clock=SetClock()))
		finally:
			retention.MOST_BATCHES = batches
		self.assertEqual(removed[EVENT], retention.BATCH_ROWS * 2)
		self.assertEqual(len(self._kept()), 1)

	def test_a_dead_letter_goes_unless_it_waits_to_be_judged_again(self):
		letter = {"connection": self.plant.connection, "received_time": NOW - timedelta(days=800)}
		for text, outcome in (("old", None), ("queued", "Queued"), ("judged", "Took Effect")):
			values = {**letter, "reason": self.named(text), "replay_outcome": outcome}
			self.records.insert(LETTER, values)
		self._tidy()
		left = [row["reason"] for row in self.records.find(LETTER, {"connection": self.plant.connection})]
		self.assertEqual(left, [self.named("queued")])

	def test_an_outbox_entry_goes_when_it_is_done_and_its_incident_over(self):
		lasting = self._stop("open", status="Open", open_key=self.named("open"))
		over = self._stop("over")
		old = NOW - timedelta(days=800)
		for stop, status in ((lasting, "Done"), (over, "Done"), (over, "Pending")):
			self.records.insert(
				ENTRY,
				{
					"outbox_key": f"{stop} {status}",
					"action": "Notify",
					"line_stop": stop,
					"status": status,
					"next_attempt_at": old,
					"done_at": old if status == "Done" else None,
				},
			)
		self._tidy()
		left = self.records.find(ENTRY, {"line_stop": ("in", [lasting, over])})
		self.assertEqual(
			{(row["line_stop"], row["status"]) for row in left}, {(lasting, "Done"), (over, "Pending")}
		)

	def test_events_cannot_be_kept_for_shorter_than_sources_repeat_them(self):
		before = self.records.get(SETTINGS, SETTINGS)["keep_signal_events_days"]
		with self.assertRaisesRegex(InvalidRecordError, "at least 30"):
			self.records.update(SETTINGS, SETTINGS, {"keep_signal_events_days": 1})
		self.assertEqual(self.records.get(SETTINGS, SETTINGS)["keep_signal_events_days"], before)

	def test_a_removed_row_is_gone_and_an_unknown_name_is_passed_over(self):
		self._events(2, 1)
		names = [row["name"] for row in self.records.find(EVENT, {"connection": self.plant.connection})]
		self.records.delete_many(EVENT, [names[0], "nobody"])
		left = self.records.find(EVENT, {"connection": self.plant.connection})
		self.assertEqual([row["name"] for row in left], names[1:])
		self.records.delete_many(EVENT, [])
		self.assertEqual(self.records.count(EVENT, {"connection": self.plant.connection}), 1)
