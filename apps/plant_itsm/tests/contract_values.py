"""Contract of Records: what is written is read back as the same value of the same type, or refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from plant_itsm.domain.errors import InvalidRecordError
from plant_itsm.tests.contract_plant import NOON, ContractCase


class ValuesContract(ContractCase):
	def test_money_is_exact_to_the_cent(self):
		for amount in ("0.01", "0.10", "3800.00", "11400.07", "9999999.99"):
			name = self.plant.stop(
				f"costs {amount}", cost_per_hour=Decimal(amount), currency=self.plant.currency("EUR")
			)
			read = self.records.get("Line Stop", name)["cost_per_hour"]
			self.assertIsInstance(read, Decimal)
			self.assertEqual(read, Decimal(amount))

	def test_money_is_money_in_child_rows_and_in_find_too(self):
		row = {"production_line": self.plant.line("L"), "state": "Stopped", "cost_per_hour": Decimal("1.10")}
		name = self.plant.stop("rows", lines=[row], cost=Decimal("7.30"))
		self.assertEqual(self.records.get("Line Stop", name)["lines"][0]["cost_per_hour"], Decimal("1.10"))
		self.assertEqual(self.records.find("Line Stop", {"name": name})[0]["cost"], Decimal("7.30"))

	def test_a_moment_keeps_its_microseconds_whatever_zone_it_was_told_in(self):
		moment = datetime(2026, 7, 1, 6, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
		name = self.plant.stop("moment", onset=moment)
		read = self.records.get("Line Stop", name)["onset"]
		self.assertIsNotNone(read.utcoffset())
		self.assertEqual(read, moment)

	def test_a_moment_without_zone_is_refused(self):
		with self.assertRaises(InvalidRecordError) as caught:
			self.plant.stop("naive", onset=datetime(2026, 7, 1, 6, 0))
		self.assertIn("onset", str(caught.exception))

	def test_yes_and_no_are_bool(self):
		name = self.plant.connection
		self.assertIs(self.records.get("OT Connection", name)["enabled"], True)
		self.records.update("OT Connection", name, {"enabled": False})
		self.assertIs(self.records.get("OT Connection", name)["enabled"], False)

	def test_numbers_keep_their_type(self):
		name = self.plant.stop("numbers", units_per_shift=240, duration_seconds=90.5)
		record = self.records.get("Line Stop", name)
		self.assertEqual((record["units_per_shift"], record["duration_seconds"]), (240, 90.5))
		self.assertIsInstance(record["units_per_shift"], int)
		self.assertIsInstance(record["duration_seconds"], float)

	def test_dates_and_times_keep_their_type(self):
		shifts = [{"shift_name": "Night", "start_time": time(22), "end_time": time(6, 30, 15)}]
		line = self.plant.line("L", shifts=shifts)
		model = self.records.get(
			"Line Stop Cost Model", self.plant.cost_model(line, valid_to=date(2026, 12, 31))
		)
		shift = self.records.get("Production Line", line)["shifts"][0]
		self.assertEqual((shift["start_time"], shift["end_time"]), (time(22), time(6, 30, 15)))
		self.assertEqual((model["valid_from"], model["valid_to"]), (date(2026, 1, 1), date(2026, 12, 31)))
		self.assertIs(type(model["valid_to"]), date)

	def test_text_keeps_every_character(self):
		text = "Füller — 'A' \"B\" % _ \\ \n日本 🏭"
		name = self.plant.ci("text", description=text)
		self.assertEqual(self.records.get("OT CI", name)["description"], text)

	def test_json_is_kept_as_text(self):
		rule = self.plant.rule("R", self.plant.ci("AR-1"))
		values = {
			"state_key": self.prefix,
			"signal_rule": rule,
			"address": "a",
			"pending_signal": '{"value": 1.5}',
		}
		state = self.records.insert("Signal State", values)
		self.assertEqual(self.records.get("Signal State", state["name"])["pending_signal"], '{"value": 1.5}')

	def test_an_empty_field_reads_as_none_and_an_empty_number_as_zero(self):
		stop = self.records.get("Line Stop", self.plant.stop("empty", root_ci="", not_priced=None))
		for fieldname in ("root_ci", "not_priced", "ended_at", "currency", "open_key"):
			self.assertIsNone(stop[fieldname], fieldname)
		for fieldname in ("units_per_shift", "duration_seconds", "cost"):
			self.assertEqual(stop[fieldname], 0, fieldname)
		self.assertIsInstance(stop["cost"], Decimal)
		self.assertEqual(stop["lines"], [])

	def test_a_field_can_be_emptied(self):
		name = self.plant.stop(
			"emptied", ended_at=NOON, not_priced="no model", cost=Decimal(5), open_key=self.prefix
		)
		emptied = {"ended_at": None, "not_priced": "", "cost": None, "open_key": None}
		stop = self.records.update("Line Stop", name, emptied)
		self.assertEqual([stop[f] for f in emptied], [None, None, 0, None])
		self.assertEqual(self.records.get("Line Stop", name)["onset"], NOON)

	def test_a_wrong_type_is_refused(self):
		for values in (
			{"units_per_shift": "many"},
			{"onset": "yesterday"},
			{"cost": "3,800"},
			{"duration_seconds": "x"},
		):
			with self.subTest(values), self.assertRaises(InvalidRecordError) as caught:
				self.plant.stop("wrong", **values)
			self.assertIn(next(iter(values)), str(caught.exception))

	def test_a_number_that_is_none_is_refused(self):
		for amount in (Decimal("NaN"), Decimal("Infinity")):
			with self.subTest(amount), self.assertRaises(InvalidRecordError):
				self.plant.stop("NaN", cost=amount)
		with self.assertRaises(InvalidRecordError):
			self.plant.stop("NaN", duration_seconds=float("nan"))

	def test_defaults_are_filled_in(self):
		record = self.records.get("OT CI", self.plant.ci("defaults"))
		self.assertEqual((record["status"], record["line_effect"]), ("Active", "Stops Line"))
		self.assertEqual(self.records.get("OT Connection", self.plant.connection)["port"], 8883)

	def test_a_single_has_the_defaults_of_its_doctype(self):
		settings = self.records.get("Plant ITSM Settings", "Plant ITSM Settings")
		self.assertEqual(settings["name"], "Plant ITSM Settings")
		self.assertEqual((settings["drain_batch_size"], settings["lease_seconds"]), (500, 15))
		self.assertIs(settings["notify_by_email"], True)
