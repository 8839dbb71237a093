"""The outbox: one ticket per stop, in order, tried again after a failure."""

from datetime import timedelta

import pytest
import redis

from plant_itsm.domain.errors import StoreUnavailableError
from plant_itsm.ot_listeners import retrying
from plant_itsm.ot_listeners.jobs import deliver
from plant_itsm.services import outbox, response_start
from tests.services.cell import ROBOTS, SWITCH, Cell, add_robots
from tests.services.conftest import START


@pytest.fixture
def stop(plant):
	(name,) = plant.drain().process([plant.state("OFFLINE", ts=START)])
	return name


@pytest.fixture
def cell(plant):
	add_robots(plant.records)
	return Cell(plant)


def tickets(plant):
	return plant.records.find("HD Ticket")


def test_a_stop_gives_one_ticket_that_a_person_can_act_on(plant, stop):
	assert plant.deliver([stop]) == 3  # the ticket, the notification, the diagnosis
	(ticket,) = tickets(plant)
	assert ticket["subject"] == "LINE STOP — Assembly Line 3"
	assert (ticket["priority"], ticket["ticket_type"]) == ("P1", "Line Stop")
	assert (ticket["plant_root_ci"], ticket["plant_production_line"]) == ("AR-042", "Assembly Line 3")
	assert (ticket["plant_units_per_shift"], str(ticket["plant_cost_per_hour"])) == (240, "3800.00")
	for part in (
		"Assembly Robot AR-042",
		"3,800.00 EUR per hour",
		"at 2026-06-01 10:00:00 CEST",
		"SUV Model X",
		"OFFLINE",
		"AR-042 → Assembly Line 3",
	):
		assert part in ticket["description"]
	assert plant.records.get("Line Stop", stop)["hd_ticket"] == ticket["name"]


def test_the_people_of_the_line_are_told_once(plant, stop):
	plant.deliver([stop, stop])
	(notice,) = plant.notifier.notices
	assert notice.users == tuple(
		f"{name}@demo-plant.example" for name in ("petra.production", "ingo.it", "romy.robotics")
	)
	assert (notice.doctype, notice.subject) == ("HD Ticket", "LINE STOP — Assembly Line 3")
	told = plant.records.get("Line Stop", stop)
	assert told["notified_roles"] == "Production Manager, Plant IT, Robot Maintenance"


def test_a_disabled_user_is_not_told_and_a_row_without_user_means_the_role(plant, stop):
	plant.records.update("User", "ingo.it@demo-plant.example", {"enabled": False})
	plant.records.update(
		"Production Line",
		"Assembly Line 3",
		{"responsibles": [{"role": "Plant IT"}, {"role": "Robot Maintenance"}]},
	)
	plant.deliver([stop])
	assert plant.notifier.notices[0].users == ("romy.robotics@demo-plant.example",)


def test_delivering_twice_makes_no_second_ticket(plant, stop):
	plant.deliver([stop])
	for entry in plant.records.find("Outbox Entry"):  # as if the first delivery had died before it was noted
		plant.records.update("Outbox Entry", entry["name"], {"status": "Pending"})
	plant.deliver([stop])
	assert len(tickets(plant)) == 1


def test_the_end_is_reported_on_the_ticket_that_stays_open(plant, stop):
	plant.deliver([stop])
	plant.clock.move(1800)
	plant.drain().process([plant.state("RUNNING", ts=START + timedelta(minutes=15))])
	assert plant.deliver([stop]) == 1
	(comment,) = plant.records.find("HD Ticket Comment")
	assert "15 min 00 s and cost 950.00 EUR" in comment["content"]
	assert tickets(plant)[0]["status"] == "Open"


def test_a_failed_action_holds_up_what_follows_it_and_is_tried_again(plant, stop):
	plant.records.update("Plant ITSM Settings", "Plant ITSM Settings", {"ticket_type": "Line Stop"})
	original = plant.records.get("Plant ITSM Settings", "Plant ITSM Settings")
	plant.notifier.notify = lambda notice: (_ for _ in ()).throw(
		ConnectionRefusedError("mail server is away")
	)
	assert plant.deliver([stop]) == 1
	(failed,) = plant.records.find("Outbox Entry", {"status": "Pending"})
	assert (failed["action"], failed["attempts"]) == ("Notify", 1)
	assert failed["last_error"] == "ConnectionRefusedError: mail server is away"
	del plant.notifier.notify
	assert outbox.sweep(plant.ports) == 0  # its pause has not ended
	plant.clock.move(60)
	assert outbox.sweep(plant.ports) == 2
	assert len(plant.notifier.notices) == 1
	assert original["ticket_type"] == "Line Stop"


def test_the_sweeper_leaves_fresh_entries_to_their_job_and_takes_over_lost_ones(plant, stop):
	assert outbox.sweep(plant.ports) == 0
	plant.clock.move(outbox.GRACE_SECONDS + 1)
	assert outbox.sweep(plant.ports) == 3
	assert len(tickets(plant)) == 1


def test_people_are_told_while_redis_is_away_and_the_diagnosis_follows(plant, stop):
	queue = plant.ports.jobs
	takes_jobs = queue.enqueue

	def refuse(*_arguments, **_more):
		raise redis.ConnectionError("Connection refused")

	queue.enqueue = refuse
	assert plant.deliver([stop]) == 2
	(notice,) = plant.notifier.notices
	assert notice.name == plant.records.get("Line Stop", stop)["hd_ticket"]
	(waiting,) = plant.records.find("Outbox Entry", {"status": "Pending"})
	assert (waiting["action"], waiting["last_error"]) == ("Diagnose", "ConnectionError: Connection refused")
	plant.clock.move(1800)
	plant.drain().process([plant.state("RUNNING", ts=START + timedelta(minutes=15))])
	assert plant.deliver([stop]) == 1, "the end is told, although the diagnosis fails again"
	queue.enqueue = takes_jobs
	plant.clock.move(60)
	assert outbox.sweep(plant.ports) == 1
	assert queue.jobs == [("diagnose", "short", {"line_stop": stop})]


def test_what_waits_for_a_part_is_noted_as_done_without_a_ticket(cell):
	posted = cell.report(*ROBOTS[:3], deliver=False)
	posted += cell.report(SWITCH, deliver=False)
	(root,) = cell.incidents()
	ports = cell.plant.ports
	assert outbox.without_parts(ports, posted) == [root["name"]]
	assert {row["line_stop"] for row in cell.records.find("Outbox Entry", {"status": "Pending"})} == {
		root["name"]
	}
	deliver(ports, posted)
	assert [ticket["plant_root_ci"] for ticket in cell.records.find("HD Ticket")] == [SWITCH]
	assert cell.records.count("Outbox Entry", {"status": "Pending"}) == 0


def test_a_delivery_that_the_database_undoes_is_tried_again_and_the_others_follow(cell, monkeypatch):
	posted = cell.report(*ROBOTS[:2], deliver=False)
	monkeypatch.setattr(retrying, "PAUSES_SECONDS", (0.0,))
	ports, deadlocks = cell.plant.ports, [StoreUnavailableError("deadlock")]
	insert, order = ports.records.insert, []

	def undone(doctype, values):
		if doctype == "HD Ticket":
			order.append(values["plant_root_ci"])
			if deadlocks:
				raise deadlocks.pop()
		return insert(doctype, values)

	monkeypatch.setattr(ports.records, "insert", undone)
	deliver(ports, posted)
	assert order == [ROBOTS[0], ROBOTS[0], ROBOTS[1]]
	assert cell.records.count("Outbox Entry", {"status": "Pending"}) == 0


def test_a_part_is_not_diagnosed_beside_its_incident(cell):
	cell.report(ROBOTS[0])
	cell.report(SWITCH)
	queue = cell.plant.ports.jobs
	queue.jobs.clear()
	response_start.diagnose(cell.plant.ports, cell.stop_of(ROBOTS[0])["name"])
	assert queue.jobs == []
	response_start.diagnose(cell.plant.ports, cell.stop_of(SWITCH)["name"])
	assert queue.jobs == [("diagnose", "short", {"line_stop": cell.stop_of(SWITCH)["name"]})]
