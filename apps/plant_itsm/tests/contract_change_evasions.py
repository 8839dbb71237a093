"""Ways around the gates that look harmless, in both editions: each leads back to the gate."""

from __future__ import annotations

from typing import Any

from plant_itsm.ports import Record
from plant_itsm.services.change_finder import find_windows
from plant_itsm.services.change_templates import DOCTYPE as TEMPLATE
from plant_itsm.services.change_templates import covers
from plant_itsm.tests.change_plant import HOUR, MINUTE
from plant_itsm.tests.contract_changes import AFTER, BEFORE, ChangeContractCase


class ChangeEvasionsContract(ChangeContractCase):
	# ------------------------------------------------------------- steps and questions

	def test_a_step_that_is_left_out_is_still_open(self):
		changes = self.changes
		name = changes.draft("MES configuration", self.robot, checklist=[self._step("Water the plants")])
		steps = [row["step"] for row in changes.get(name)["checklist"]]
		self.assertEqual(steps, ["Water the plants", "Shift leaders are told", "A test order runs through"])
		changes.schedule(name)
		changes.add_artefacts(name)
		for rows in ([], [self._step("Shift leaders are told", due=AFTER, in_emergency=True)]):
			with self.refused("the step “Shift leaders are told” is open"):
				changes.save(name, status="In Progress", checklist=rows)
		changes.tick(name, BEFORE)
		changes.start(name)
		with self.refused("the test “A test order runs through” is open"):
			changes.save(name, status="Verified", checklist=[])

	@staticmethod
	def _step(step: str, due: str = BEFORE, in_emergency: bool = False) -> Record:
		return {"step": step, "kind": "Other", "due": due, "in_emergency": in_emergency, "done": False}

	def test_a_task_that_is_dropped_or_renamed_is_still_open(self):
		changes = self.changes
		task = {"task": "Load the recipe", "assigned_to": changes.user("Plant IT"), "done": False}
		other = {"task": "Tell the shift", "assigned_to": None, "done": True}
		name = changes.draft("MES configuration", self.robot, tasks=[task, other])
		changes.schedule(name)
		changes.prepare(name)
		changes.start(name)
		changes.tick(name, AFTER)
		for rows in ([task, other], [other], [], [{**task, "task": "Load nothing", "done": True}, other]):
			with self.refused(
				f"the task “Load the recipe” of {task['assigned_to']} is open. Do it and tick it"
			):
				changes.save(name, status="Verified", tasks=rows)
		verified = changes.save(name, status="Verified", tasks=[{**task, "done": True}, other])
		self.assertEqual([row["task"] for row in verified["tasks"]], [task["task"], other["task"]])

	def test_before_the_start_tasks_come_and_go(self):
		name = self.changes.draft("MES configuration", self.robot, tasks=[{"task": "Load the recipe"}])
		self.assertEqual(self.changes.save(name, tasks=[])["tasks"], [])

	def test_a_question_that_is_left_out_has_no_answer(self):
		name = self.changes.draft("MES configuration", self.robot)
		with self.refused("risk question “Which lines stop .* has no answer"):
			self.changes.save(name, status="Assessed", risk_answers=[])

	def test_another_type_brings_its_own_steps(self):
		changes = self.changes
		name = changes.draft("MES configuration", self.robot)
		changed = changes.save(name, change_type="Network switch config")
		steps = [row["step"] for row in changed["checklist"]]
		self.assertEqual(
			steps, ["Console access at the switch is tried", "All members of the segment answer"]
		)

	# ------------------------------------------------------------- collisions and templates

	def _with_freeze(self) -> tuple[str, Record]:
		changes = self.changes
		changes.window("Freeze")
		name = changes.draft("MES configuration", self.robot)
		changes.save(name, status="Assessed")
		(collision,) = changes.get(name)["collisions"]
		return name, collision

	def test_a_collision_is_accepted_for_one_plan_and_not_by_its_requester(self):
		changes = self.changes
		name, collision = self._with_freeze()
		accepted = [{**collision, "resolution": "The plant manager wants it."}]
		manager = changes.user("IT Change Manager")
		changes.save(name, by=manager, collisions=accepted)
		changes.save(name, planned_start=changes.now + 30 * MINUTE)
		with self.refused("Freeze: freeze .* let an approver accept"):
			changes.save(name, status="In Approval")
		own = changes.draft("MES configuration", changes.ci("Other"), requested_by=manager)
		(collision,) = changes.get(own)["collisions"]
		with self.refused("cannot accept the collision .* who has not requested it"):
			changes.save(own, by=manager, collisions=[{**collision, "resolution": "I want it."}])

	def test_a_template_is_approved_as_its_type_says(self):
		changes = self.changes
		template = changes.template("PLC firmware update", duration_minutes=30)
		first = changes.approve_template(template, "IT Change Manager")
		self.assertFalse(first["approved"])
		with self.refused("has requested it and cannot approve it"):
			changes.approve_template(template, "Plant Admin")
		second = changes.approve_template(template, "Safety Engineer")
		self.assertTrue(second["approved"] and second["approved_at"])
		longer = changes.signed({"duration_minutes": 60, "approved": True}, changes.user("Plant Admin"))
		with self.acting(changes.user("Plant Admin")):
			changed = self.records.update(TEMPLATE, template, longer)
		self.assertEqual((changed["approved"], changed["approved_at"]), (False, None))

	def test_a_template_vouches_for_what_was_approved_and_not_for_its_approver(self):
		changes = self.changes
		template = changes.template("MES configuration", duration_minutes=30, cis=[{"ci": self.robot}])
		name = changes.draft(
			"MES configuration", self.robot, category="Standard", template=template, duration_minutes=30
		)
		asked = changes.get(name)
		self.assertFalse(covers(self.records, asked))
		changes.approve_template(template, "IT Change Manager")
		self.assertTrue(covers(self.records, asked))
		approver = changes.user("IT Change Manager")
		for evasion in (
			{"requested_by": approver},
			{"duration_minutes": 31},
			{"cis": [{"ci": self.robot}, {"ci": changes.ci("Other")}]},
			{"change_type": "Network switch config"},
		):
			self.assertFalse(covers(self.records, asked | evasion), evasion)

	def test_what_is_scheduled_is_not_planned_anew_under_its_approvals(self):
		changes = self.changes
		name = changes.draft("MES configuration", self.robot)
		changes.schedule(name)
		later = changes.now + HOUR
		with self.refused("it is Scheduled: .* planned start stay. Take it back to Assessed"):
			changes.save(name, planned_start=later)
		self.assertEqual(changes.save(name, status="Assessed", planned_start=later)["planned_start"], later)

	# ------------------------------------------------------------- redundancy

	def _group(self, members: int, min_up: int) -> list[str]:
		cis = [self.changes.ci(f"Member {number}") for number in range(members)]
		self.plant.group("Group", cis, [{"production_line": self.changes.line}], min_up=min_up)
		return cis

	def test_a_change_that_takes_too_many_members_down_is_judged_as_one(self):
		changes = self.changes
		first, second, _ = self._group(3, min_up=2)
		name = changes.draft("MES configuration", first, cis=[{"ci": first}, {"ci": second}])
		(collision,) = changes.get(name)["collisions"]
		self.assertIn("1 of 3 members of", collision["text"])
		self.assertIn("stay up, 2 have to", collision["text"])
		changes.save(name, status="Assessed")
		with self.refused(f"Redundancy Partner: it takes {first}, {second} down at once"):
			changes.save(name, status="In Approval")
		found = find_windows(self.ports_at(changes.now)[0], name, 1)
		self.assertEqual([one.what for one in found.unavoidable], [self.named("Group")])
		self.assertEqual(len(found.slots), 1)
		single = changes.draft("MES configuration", first)
		self.assertEqual(changes.get(single)["collisions"], [])

	def test_members_that_several_changes_take_down_add_up(self):
		changes = self.changes
		first, second, third, _ = self._group(4, min_up=2)
		for ci in (second, third):
			changes.schedule(changes.draft("MES configuration", ci))
		name = changes.draft("MES configuration", first)
		texts = [row["text"] for row in changes.get(name)["collisions"]]
		self.assertEqual(len(texts), 2)
		self.assertIn(f"changes the redundancy partner {second}: 1 of 4 members", texts[0])
		later = changes.save(name, planned_start=changes.now + 2 * HOUR)
		self.assertEqual(later["collisions"], [])

	def test_a_member_is_down_with_what_it_is_part_of(self):
		changes = self.changes
		cabinet = changes.ci("Cabinet")
		inside = changes.ci("Inside", parent_ci=cabinet)
		outside = changes.ci("Outside")
		self.plant.group("Pair", [inside, outside], [{"production_line": changes.line}], min_up=1)
		changes.schedule(changes.draft("MES configuration", cabinet))
		name = changes.draft("MES configuration", outside)
		(collision,) = changes.get(name)["collisions"]
		self.assertIn(f"changes the redundancy partner {inside}: 0 of 2 members", collision["text"])

	def _stop(self, root: str, **more: Any) -> str:
		onset = self.changes.now - HOUR
		return self.plant.stop(
			f"Stop of {root}", **{"root_ci": root, "onset": onset, "detected_at": onset, **more}
		)

	def test_a_partner_that_has_failed_is_down_as_long_as_it_is_expected_to_be(self):
		changes = self.changes
		first, second, _ = self._group(3, min_up=2)
		stop = self._stop(second, estimated_restoration_at=changes.now + 3 * HOUR)
		name = changes.draft("MES configuration", first)
		(collision,) = changes.get(name)["collisions"]
		self.assertEqual((collision["kind"], collision["what"]), ("Redundancy Partner", stop))
		self.assertIn(f"keeps down the redundancy partner {second}: 1 of 3 members", collision["text"])
		changes.save(name, status="Assessed")
		with self.refused(f"{stop} .* keeps down .* Choose another time"):
			changes.save(name, status="In Approval")
		(found,) = find_windows(self.ports_at(changes.now)[0], name, 1).slots
		self.assertEqual(found.slot.span.start, changes.now + 3 * HOUR)
		self.assertEqual(changes.save(name, planned_start=changes.now + 4 * HOUR)["collisions"], [])
		changes.save(name, planned_start=changes.now)
		self.records.update("Line Stop", stop, {"status": "Ended", "ended_at": changes.now})
		self.assertEqual(changes.save(name, description="Tune it.")["collisions"], [])

	def test_a_partner_is_down_with_what_it_depends_on_a_day_where_nobody_knows_more(self):
		changes = self.changes
		switch, first, second = (changes.ci(text) for text in ("Switch", "First", "Second"))
		self.plant.group("Pair", [first, second], [{"production_line": changes.line}], min_up=1)
		self.plant.relation(second, self.plant.relation_type("needs", "Target to Source"), switch)
		name = changes.draft("MES configuration", first)
		self._stop(switch, kind="Degraded")
		self.assertEqual(changes.save(name, description="Tune it.")["collisions"], [])
		stop = self._stop(switch)
		(collision,) = changes.save(name, description="Tune it well.")["collisions"]
		self.assertEqual(collision["what"], stop)
		self.assertIn(f"keeps down the redundancy partner {second}: 0 of 2 members", collision["text"])
		hours = (collision["ends_at"] - changes.now) / HOUR
		self.assertAlmostEqual(hours, 24, delta=0.1)
