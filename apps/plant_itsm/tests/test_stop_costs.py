"""What line stops cost, and their corrections, on a site: the contract, who may ask, who may correct, what is a log."""

from decimal import Decimal

import frappe

from plant_itsm.api import stop_history
from plant_itsm.api.stop_costs import explain
from plant_itsm.frappe_site.values import system_zone
from plant_itsm.tests.contract_plant import NOON
from plant_itsm.tests.contract_stop_costs import StopCase, StopCostsContract, after
from plant_itsm.tests.contract_stop_history import StopHistoryContract
from plant_itsm.tests.site_case import SiteCase


class TestStopCostsOnSite(StopCostsContract, SiteCase):
	pass


class TestStopHistoryOnSite(StopHistoryContract, SiteCase):
	pass


class TestEditedStop(StopCase, SiteCase):
	"""What a person changes on the form of a Line Stop."""

	def setUp(self):
		super().setUp()
		line = self.priced_line(restart_cost=Decimal(250))
		self.stop = self.ended_stop("A", NOON, after(minutes=60), line)
		self.neighbour = self.ended_stop("B", after(minutes=30), after(minutes=90), line)
		self.form = frappe.get_doc("Line Stop", self.stop)

	def test_another_reason_settles_its_cost_and_that_of_the_stops_beside_it(self):
		planned = {"reason_name": self.named("Cleaning"), "planned": True}
		self.form.stop_reason = self.records.insert("Stop Reason", planned)["name"]
		self.form.save()
		self.assertFalse(self.form.cost or self.form.cost_per_hour)
		self.assertIn("no production was planned", self.form.cost_explanation)
		self.assertEqual((self.cost(self.stop), self.cost(self.neighbour)), (0, Decimal("2150.00")))
		self.form.stop_reason = None
		self.form.save()  # what was settled meanwhile has not made the form old
		self.assertEqual(
			(self.cost(self.stop), self.cost(self.neighbour)), (Decimal("4050.00"), Decimal("1900.00"))
		)

	def test_another_end_settles_them_and_the_effectiveness_of_the_line(self):
		self.form.ended_at = frappe.utils.add_to_date(self.form.ended_at, minutes=-45)
		self.form.save()
		self.assertEqual((self.form.duration_seconds, self.form.cost), (900, 1200))
		self.assertEqual(self.cost(self.neighbour), Decimal("4050.00"))
		state = self.records.get("Line OEE State", self.form.lines[0].production_line)
		self.assertLessEqual(state["changed_since"], NOON)  # the proof looks at whole shifts

	def test_an_edit_is_proved_like_a_correction(self):
		self.form.ended_at = frappe.utils.add_to_date(self.form.ended_at, minutes=-45)
		self.form.save()
		(proof,) = self.records.find("Line Stop Correction", {"line_stop": self.stop})
		self.assertEqual((proof["operation"], proof["corrected_by"]), ("Edit", frappe.session.user))
		self.assertEqual(
			(proof["ended_at_before"], proof["ended_at_after"]), (after(minutes=60), after(minutes=15))
		)
		self.assertEqual(
			(proof["duration_difference"], proof["cost_before"], proof["cost_after"]), (-2700, 4050, 1200)
		)
		self.assertEqual(proof["cost_difference"], 1200 + 4050 - 4050 - 1900)
		affected = {row["line_stop"] for row in frappe.parse_json(proof["affected"])}
		self.assertEqual(affected, {self.stop, self.neighbour})

	def test_what_does_not_touch_the_cost_settles_nothing(self):
		self.records.update("Line Stop", self.stop, {"cost": Decimal("1.00")})
		self.form.reload().root_cause = "a loose plug"
		self.form.save()
		self.assertEqual(self.cost(self.stop), Decimal("1.00"))
		self.assertFalse(self.records.count("Line Stop Correction", {"line_stop": self.stop}))


class TestStopCostsApi(StopCase, SiteCase):
	def setUp(self):
		super().setUp()
		line = self.priced_line(
			cost_per_hour=Decimal(0), contribution_per_unit=Decimal("15.83"), units_per_hour=60.0
		)
		self.stop = self.ended_stop("S", NOON, after(minutes=30), line)

	def _as(self, *roles):
		email = f"{frappe.generate_hash(length=8)}@plant.example"
		values = {"doctype": "User", "email": email, "first_name": "Test", "send_welcome_email": 0}
		user = frappe.get_doc(values)
		user.append_roles(*roles)
		user.insert(ignore_permissions=True)
		frappe.set_user(email)

	def _site_time(self, moment):
		return frappe.utils.get_datetime_str(moment.astimezone(system_zone()).replace(tzinfo=None))

	def test_who_may_read_cost_models_gets_every_formula(self):
		self._as("Production Manager")
		(part,) = explain(self.stop)["cost"]["lines"][0]["parts"]
		self.assertEqual(part["formula"], "15.83 EUR × 30 units in 1800 s")
		self.assertEqual(part["amount"], {"amount": "474.90", "currency": "EUR"})

	def test_the_rates_of_a_cost_model_have_a_field_level_of_their_own(self):
		role = frappe.get_doc({"doctype": "Role", "role_name": self.named("Reader"), "desk_access": 1})
		role.insert(ignore_permissions=True)
		self.addCleanup(frappe.db.delete, "Role", {"name": role.name})
		self.addCleanup(frappe.db.delete, "Custom DocPerm", {"role": role.name})
		for doctype in ("Line Stop", "Line Stop Cost Model"):
			frappe.permissions.setup_custom_perms(doctype)
			self.addCleanup(frappe.permissions.reset_perms, doctype)
			frappe.permissions.add_permission(doctype, role.name, 0)
		self._as(role.name)
		(part,) = explain(self.stop)["cost"]["lines"][0]["parts"]
		self.assertEqual((part["amount"]["amount"], part["formula"], part["rate"]), ("474.90", None, None))
		model = frappe.get_doc("Line Stop Cost Model", part["cost_model"])
		model.apply_fieldlevel_read_permissions()
		self.assertIsNone(model.get("contribution_per_unit"))
		stop = frappe.get_doc("Line Stop", self.stop)
		stop.apply_fieldlevel_read_permissions()
		self.assertFalse(stop.get("cost_parts"))

	def test_maintenance_sees_the_stop_but_not_what_its_cost_is_made_of(self):
		self._as("Robot Maintenance")
		with self.assertRaises(frappe.PermissionError):
			explain(self.stop)
		stop = frappe.get_doc("Line Stop", self.stop)
		stop.apply_fieldlevel_read_permissions()
		self.assertFalse(stop.get("cost_parts"))
		self.assertEqual(stop.cost, 474.9)

	def test_a_production_manager_corrects_and_is_named_in_the_proof(self):
		self._as("Production Manager")
		found = stop_history.correct_end(self.stop, self._site_time(after(minutes=60)), "seen by the shift")
		self.assertEqual((found["cost_difference"], found["duration_difference"]), ("474.90", 1800))
		proof = frappe.get_doc("Line Stop Correction", found["name"])
		self.assertEqual((proof.corrected_by, proof.reason), (frappe.session.user, "seen by the shift"))

	def test_others_read_the_log_and_correct_nothing(self):
		self._as("Robot Maintenance", "Plant IT")
		self.assertTrue(frappe.has_permission("Line Stop Correction", "read"))
		for act in (
			lambda: stop_history.correct_onset(self.stop, "2026-03-02 11:00:00", "x"),
			lambda: stop_history.correct_end(self.stop, "2026-03-02 14:00:00", "x"),
			lambda: stop_history.split(self.stop, "2026-03-02 13:10:00", "x"),
			lambda: stop_history.merge(self.stop, [self.stop], "x"),
			lambda: stop_history.reclassify(self.stop, "Planned", "x"),
		):
			with self.assertRaises(frappe.PermissionError):
				act()

	def test_a_refusal_reads_as_a_message_and_an_unknown_class_is_one(self):
		self._as("Plant Admin")
		with self.assertRaisesRegex(frappe.ValidationError, "not between its onset"):
			stop_history.split(self.stop, self._site_time(after(hours=5)), "x")
		with self.assertRaisesRegex(frappe.ValidationError, "is no class of a stop.*Changeover"):
			stop_history.reclassify(self.stop, "Nap", "x")

	def test_the_log_is_written_by_nobody_by_hand(self):
		found = stop_history.reclassify(self.stop, "Planned", "approved window")
		self._as("Plant Admin", "Production Manager")
		proof = frappe.get_doc("Line Stop Correction", found["name"])
		proof.reason = "another"
		made_up = frappe.get_doc({**proof.as_dict(), "name": None, "doctype": "Line Stop Correction"})
		for act in (proof.save, lambda: proof.save(ignore_permissions=True), proof.delete, made_up.insert):
			with self.assertRaises(frappe.PermissionError):
				act()
		self.assertEqual(
			frappe.db.get_value("Line Stop Correction", found["name"], "reason"), "approved window"
		)
