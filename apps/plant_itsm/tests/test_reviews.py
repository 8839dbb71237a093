"""Reviews and problem records as people of the plant make them: by the Desk, with their own rights."""

import frappe

from plant_itsm.api.reviews import raise_problem, start_review
from plant_itsm.domain.signals import RawSignal, StreamedSignal
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase

MAY = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance")


class TestReviews(PlantCase):
	def setUp(self):
		super().setUp()
		line = self.plant.line("Line", product="SUV Model X")
		self.plant.cost_model(line)
		self.ci = self.plant.ci("AR-042", production_line=line)
		self.plant.rule("Rule", self.ci, value_path="state")
		frappe.db.commit()
		self.stop = self._ended_stop()

	def _ended_stop(self):
		drain = ConnectionDrain(self.ports, self.plant.connection, ImpactModel(self.records))
		for number, state in enumerate(("offline", "running"), start=1):
			payload = f'{{"state": "{state}"}}'.encode()
			signal = RawSignal(f"plant/{self.prefix}/state", payload, self.ports.clock.now())
			drain.process([StreamedSignal(f"{number}-0", signal)])
		return self.records.find("Line Stop", {"root_ci": self.ci})[0]["name"]

	def test_each_role_of_the_plant_starts_and_completes_a_review(self):
		for role in MAY:
			self.as_user(role)
			review = frappe.get_doc("Post Incident Review", start_review(self.stop))
			self.assertEqual(review.line_stop, self.stop)
			self.assertTrue(any(row.what.startswith("Onset") for row in review.timeline))
			review.what_went_well = f"{role} was there"
			review.save()

	def test_nobody_else_starts_one(self):
		for role in (None, "Agent", "Guest"):
			self.as_user(role)
			for make in (lambda: start_review(self.stop), lambda: raise_problem([self.stop])):
				self.assertRaises(frappe.PermissionError, make)

	def test_the_rows_of_a_review_stay_the_same_rows_when_it_is_saved(self):
		review = frappe.get_doc("Post Incident Review", start_review(self.stop))
		before = [row.name for row in review.timeline]
		review.what_went_well = "all"
		review.save()
		self.assertEqual([row.name for row in review.reload().timeline], before)

	def test_a_review_is_not_completed_without_a_root_cause(self):
		review = frappe.get_doc("Post Incident Review", start_review(self.stop))
		review.status = "Completed"
		with self.assertRaisesRegex(frappe.ValidationError, "root cause is empty"):
			review.save()
		review.reload()
		review.update({"status": "Completed", "root_cause": "worn bearing", "no_action_because": "replaced"})
		review.save()
		self.assertIsNotNone(review.completed_on)

	def test_a_problem_record_is_raised_from_a_stop(self):
		problem = frappe.get_doc("Problem Record", raise_problem(f'["{self.stop}"]', "Bearing"))
		self.assertRegex(problem.name, r"^PRB-\d{4}-\d{5}$")
		self.assertEqual((problem.stop_count, problem.root_ci), (1, self.ci))
		problem.status = "Known Error"
		with self.assertRaisesRegex(frappe.ValidationError, "root cause or a workaround"):
			problem.save()
