"""Contract of corrections of line stops: what they change, what they prove, what they refuse."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from plant_itsm.domain.errors import CorrectionError
from plant_itsm.domain.vocabulary import StopClassification
from plant_itsm.services.stop_history import (
	correct_end,
	correct_onset,
	merge_stops,
	reclassify_stop,
	split_stop,
)
from plant_itsm.tests.contract_plant import NOON
from plant_itsm.tests.contract_stop_costs import StopCase, after


class StopHistoryContract(StopCase):
	def test_an_onset_is_corrected_with_what_it_changes(self):
		stop = self.ended_stop("S", NOON, after(minutes=60), self.priced_line())
		proof = correct_onset(self.records, stop, after(minutes=-30), "the log of the PLC says so")
		self.assertEqual((proof["onset_before"], proof["onset_after"]), (NOON, after(minutes=-30)))
		self.assertEqual((proof["duration_before"], proof["duration_after"]), (3600, 5400))
		self.assertEqual(
			(proof["cost_before"], proof["cost_after"], proof["cost_difference"]),
			(Decimal("3800.00"), Decimal("5700.00"), Decimal("1900.00")),
		)
		self.assertEqual(
			(proof["operation"], proof["reason"]), ("Correct Onset", "the log of the PLC says so")
		)
		stored = self.records.get("Line Stop", stop)
		self.assertEqual((stored["onset"], stored["duration_seconds"]), (after(minutes=-30), 5400))
		self.assertEqual(stored["cost"], Decimal("5700.00"))

	def test_effectiveness_before_and_after_stands_in_the_proof(self):
		line = self.priced_line()
		stop = self.ended_stop("S", NOON, after(minutes=60), line)
		proof = correct_end(self.records, stop, after(minutes=150), "it ran again later")
		shift = f"{line}, Around the clock 2026-03-02"
		before, after_it = (
			json.loads(proof[f"kpis_{when}"])[shift]["availability"] for when in ("before", "after")
		)
		self.assertAlmostEqual(before, 100 * 23 / 24, delta=0.05)
		self.assertAlmostEqual(after_it, 100 * 21.5 / 24, delta=0.05)

	def test_an_end_that_is_corrected_gives_the_neighbour_its_time_back(self):
		line = self.priced_line()
		first = self.ended_stop("A", NOON, after(minutes=60), line)
		second = self.ended_stop("B", after(minutes=30), after(minutes=90), line)
		self.assertEqual((self.cost(first), self.cost(second)), (Decimal("3800.00"), Decimal("1900.00")))
		proof = correct_end(self.records, first, after(minutes=15), "cleared by hand")
		self.assertEqual((self.cost(first), self.cost(second)), (Decimal("950.00"), Decimal("3800.00")))
		self.assertEqual(proof["cost_difference"], Decimal("-950.00"))
		self.assertEqual(
			json.loads(proof["affected"]),
			[
				{"line_stop": first, "before": "3,800.00 EUR", "after": "950.00 EUR"},
				{"line_stop": second, "before": "1,900.00 EUR", "after": "3,800.00 EUR"},
			],
		)

	def test_two_halves_cost_what_the_whole_did(self):
		line, behind = self.priced_line("One", restart_cost=Decimal("99.99")), self.priced_line("Two")
		stop = self.ended_stop("S", NOON, after(seconds=5003), line, behind, reached_after_seconds=1000.0)
		whole = self.cost(stop)
		proof = split_stop(self.records, stop, after(seconds=701), "two failures")
		self.assertEqual(self.cost(stop) + self.cost(proof["other_stop"]), whole)
		self.assertEqual(proof["cost_difference"], 0)
		half = self.records.get("Line Stop", proof["other_stop"])
		self.assertEqual(
			(half["onset"], half["ended_at"], half["status"]),
			(after(seconds=701), after(seconds=5003), "Ended"),
		)
		self.assertEqual(half["lines"][1]["reached_after_seconds"], 299)
		self.assertEqual((half["hd_ticket"], half["open_key"]), (None, None))
		ends = [self.records.get("Line Stop", name)["incident_ended_at"] for name in (stop, half["name"])]
		self.assertEqual(ends, [after(seconds=701), after(seconds=5003)])

	def test_stops_that_were_one_become_one_and_the_time_between_stays_an_interruption(self):
		line = self.priced_line()
		second = self.ended_stop("B", after(minutes=40), after(minutes=60), line)
		first = self.ended_stop("A", NOON, after(minutes=30), line)
		proof = merge_stops(self.records, [second, first], "one cause")
		self.assertEqual((proof["line_stop"], proof["other_stop"]), (first, second))
		kept, part = (self.records.get("Line Stop", name) for name in (first, second))
		self.assertEqual(
			(kept["ended_at"], kept["duration_seconds"], kept["interrupted_seconds"]),
			(after(minutes=60), 3000, 600),
		)
		self.assertEqual(kept["incident_ended_at"], after(minutes=60))
		self.assertEqual((part["parent_stop"], part["cost"], part["cost_parts"]), (first, 0, []))
		self.assertEqual((kept["cost"], proof["cost_difference"]), (Decimal("3166.67"), 0))
		(told,) = self.records.find("Outbox Entry", {"line_stop": first})
		self.assertEqual(told["action"], "Merge Tickets")

	def test_a_failure_that_was_planned_costs_nothing_and_back_again(self):
		stop = self.ended_stop("S", NOON, after(minutes=60), self.priced_line())
		proof = reclassify_stop(self.records, stop, StopClassification.PLANNED, None, "approved window")
		stored = self.records.get("Line Stop", stop)
		self.assertEqual((stored["kind"], stored["cost"], stored["cost_per_hour"]), ("Planned Stop", 0, 0))
		self.assertTrue(stored["title"].startswith("PLANNED STOP"), stored["title"])
		self.assertEqual((proof["kind_before"], proof["kind_after"]), ("Line Stop", "Planned Stop"))
		self.assertEqual(
			(proof["classification"], proof["cost_difference"]), ("Planned", Decimal("-3800.00"))
		)
		back = reclassify_stop(self.records, stop, StopClassification.UNPLANNED, None, "it was not")
		self.assertEqual(back["cost_difference"], Decimal("3800.00"))
		stored = self.records.get("Line Stop", stop)
		self.assertEqual((stored["cost_per_hour"], stored["units_per_shift"]), (Decimal("3800.00"), 240))

	def test_a_changeover_needs_a_reason_that_says_so(self):
		stop = self.ended_stop("S", NOON, after(minutes=60), self.priced_line())
		broken = self.named("Broken")
		setup = self.named("Setup")
		self.records.insert("Stop Reason", {"reason_name": broken, "loss": "Breakdowns"})
		self.records.insert("Stop Reason", {"reason_name": setup, "loss": "Setup and Changeover"})
		changeover = StopClassification.CHANGEOVER
		for refused, reason in (
			("needs a Stop Reason", None),
			("means Breakdowns, which is not Changeover", broken),
		):
			with self.subTest(refused), self.assertRaisesRegex(CorrectionError, refused):
				reclassify_stop(self.records, stop, changeover, reason, "x")
		proof = reclassify_stop(self.records, stop, changeover, setup, "new tool")
		self.assertEqual((proof["stop_reason_after"], proof["cost_difference"]), (setup, Decimal("-3800.00")))

	def test_an_open_stop_can_begin_earlier_and_be_planned_but_not_end(self):
		onset = self.records.writer().at - timedelta(minutes=10)
		stop = self.open_stop("S", onset, self.priced_line(), open_key=self.prefix)
		proof = correct_onset(self.records, stop, onset - timedelta(minutes=60), "seen late")
		self.assertEqual(proof["cost_difference"], Decimal("3800.00"))
		reclassify_stop(self.records, stop, StopClassification.PLANNED, None, "known to all")
		stored = self.records.get("Line Stop", stop)
		self.assertEqual((stored["open_key"], stored["status"]), (self.prefix, "Open"))
		for act in (correct_end, split_stop):
			with self.assertRaisesRegex(CorrectionError, "is open"):
				act(self.records, stop, onset + timedelta(minutes=5), "x")

	def test_what_cannot_be_is_refused_and_changes_nothing(self):
		one, two = self.priced_line("One"), self.priced_line("Two")
		stop = self.ended_stop("S", NOON, after(minutes=60), one)
		far = self.ended_stop("T", NOON, after(minutes=60), two)
		planned = self.ended_stop("P", after(hours=2), after(hours=3), one, kind="Planned Stop")
		future = self.records.writer().at + timedelta(hours=1)
		for refused, act in (
			("not before its end", lambda: correct_onset(self.records, stop, after(minutes=60), "x")),
			("not before its end", lambda: correct_end(self.records, stop, NOON, "x")),
			("lies in the future", lambda: correct_end(self.records, stop, future, "x")),
			("already", lambda: correct_onset(self.records, stop, NOON, "x")),
			("not between", lambda: split_stop(self.records, stop, after(minutes=60), "x")),
			("no line in common", lambda: merge_stops(self.records, [stop, far], "x")),
			("Re-classify one of them first", lambda: merge_stops(self.records, [stop, planned], "x")),
			("nothing to merge", lambda: merge_stops(self.records, [stop, stop], "x")),
			("needs a reason", lambda: correct_end(self.records, stop, after(minutes=5), " ")),
		):
			with self.subTest(refused), self.assertRaisesRegex(CorrectionError, refused):
				act()
		self.assertEqual(
			self.records.count("Line Stop Correction", {"line_stop": ("in", [stop, far, planned])}), 0
		)
		self.assertEqual(self.cost(stop), Decimal("3800.00"))
