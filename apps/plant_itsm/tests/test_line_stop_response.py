"""Responding to a line stop on a site: who may, what Helpdesk does with it, and the tick that escalates."""

import json
import queue
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import frappe
from frappe.desk.form.assign_to import add as assign

from plant_itsm import install
from plant_itsm.api import line_stops as api
from plant_itsm.frappe_site import jobs
from plant_itsm.services import escalations
from plant_itsm.services.response_start import begun
from plant_itsm.services.tickets import open_ticket
from plant_itsm.tests.contract_plant import NOON
from plant_itsm.tests.contract_response import CODES, Remembered, SetClock
from plant_itsm.tests.site_case import PlantCase

EVERYBODY = ("Plant Admin", "Plant IT", "Production Manager", "Robot Maintenance")
METHODS = {
	"acknowledge": (EVERYBODY, {}),
	"start_diagnosis": (EVERYBODY, {}),
	"dispatch": (EVERYBODY, {}),
	"start_repair": (("Plant Admin", "Plant IT", "Robot Maintenance"), {}),
	"estimate_repair": (("Plant Admin", "Plant IT", "Robot Maintenance"), {"minutes": 30}),
	"restore": (EVERYBODY, {}),
	"repair_failed": (("Plant Admin", "Plant IT", "Robot Maintenance"), {"reason": "it fell off"}),
	"review": (("Plant Admin", "Production Manager"), {"root_cause": "wear", **CODES}),
	"complete_step": (EVERYBODY, {"step": "Root cause", "result": "wear"}),
	"run_diagnosis": (EVERYBODY, {}),
	"state": (EVERYBODY, {}),
}
BEFORE = {"repair_failed": "Restored", "review": "Restored"}
"""The stage in which a method has something to do, where it is not the first."""


class TestLineStopResponse(PlantCase):
	def setUp(self):
		super().setUp()
		self.line = self.plant.line("Line")
		self.ci = self.plant.ci("AR")
		self.stop = self._stop("Stop")
		self.without_ci = self.plant.stop("Bare")
		frappe.db.commit()

	def _stop(self, text, **more):
		values = {"root_ci": self.ci, "lines": [{"production_line": self.line, "state": "Stopped"}]}
		stop = self.plant.stop(text, **values, **more)
		with self.records.transaction():
			row = self.records.get("Line Stop", stop)
			self.records.update("Line Stop", stop, begun(replace(self.ports, jobs=Remembered()), row))
		return stop

	def _ticket(self):
		with self.records.transaction():
			open_ticket(self.ports, self.records.get("Line Stop", self.stop))
		return frappe.get_doc("HD Ticket", self.records.get("Line Stop", self.stop)["hd_ticket"])

	def _reset(self, stage):
		"""Bring the stop to a stage without leaving traces of the way there."""
		restored = {"restored_at": self.records.get("Line Stop", self.stop)["onset"]}
		if self.records.get("Line Stop", self.stop)["stage"] == stage:
			return
		values = {"stage": stage, "reviewed_at": None, "acknowledged_at": None, "dispatched_at": None}
		times = {"repair_started_at": None, "diagnosis_started_at": None}
		moment = restored if stage == "Restored" else {"restored_at": None}
		self.records.update("Line Stop", self.stop, {**values, **times, **moment})
		frappe.db.commit()

	# ------------------------------------------------------------------ who may

	def test_each_method_is_for_the_roles_that_report_its_stage(self):
		"""The first of its roles does it; the others get as far as to a stop that is reviewed, where nothing is left
		to do."""
		over = self.plant.stop("Over", stage="Reviewed")
		frappe.db.commit()
		for method, (allowed, arguments) in METHODS.items():
			frappe.set_user("Administrator")
			self._reset(BEFORE.get(method, "Detected"))
			for role in (*EVERYBODY, "Agent", None):
				with self.subTest(method=method, role=role):
					self.as_user(role)
					call = getattr(api, method)
					if role not in allowed:
						with self.assertRaises(frappe.PermissionError):
							call(over, **arguments)
					elif role == allowed[0]:
						self._do(call, arguments)
					else:
						with suppress(frappe.ValidationError):
							call(over, **arguments)

	def _do(self, call, arguments):
		# A worker of the bench may run the diagnosis at once: it is to find nothing that it could write to.
		call(self.without_ci if call is api.run_diagnosis else self.stop, **arguments)
		frappe.db.rollback()

	def test_what_cannot_be_is_told_with_the_way_out(self):
		self.as_user("Plant IT")
		for text, call in (
			("lies in the future", lambda: api.acknowledge(self.stop, at="2099-01-01 00:00:00")),
			("before its onset", lambda: api.restore(self.stop, at="2020-01-01 00:00:00")),
			("is no time. Write it like", lambda: api.restore(self.stop, at="soon")),
			("only a repair after which", lambda: api.repair_failed(self.stop, "why not")),
		):
			with self.subTest(text), self.assertRaisesRegex(frappe.ValidationError, text):
				call()

	def test_a_time_is_taken_in_the_zone_of_the_site_s_forms(self):
		self.as_user("Plant IT")
		moment = frappe.utils.now_datetime().replace(microsecond=0) - timedelta(minutes=2)
		api.acknowledge(self.stop, at=str(moment))
		self.assertEqual(frappe.db.get_value("Line Stop", self.stop, "acknowledged_at"), moment)

	def test_the_state_says_what_the_user_may_report(self):
		self.as_user("Production Manager")
		state = api.state(self.stop)
		self.assertEqual(
			(state["stage"], state["may"]),
			("Detected", ["Acknowledged", "Diagnosing", "Dispatched", "Restored"]),
		)

	# ------------------------------------------------------------------ Helpdesk

	def test_the_agreement_for_line_stops_counts_around_the_clock(self):
		ticket = self._ticket()
		self.assertEqual(ticket.sla, install.AGREEMENT)
		self.assertEqual(ticket.agreement_status, "First Response Due")
		response = ticket.response_by - ticket.service_level_agreement_creation
		self.assertLessEqual(abs(response - timedelta(minutes=15)), timedelta(seconds=2))
		resolution = ticket.resolution_by - ticket.service_level_agreement_creation
		self.assertLessEqual(abs(resolution - timedelta(hours=2)), timedelta(seconds=2))

	def test_at_night_and_on_sunday_the_agreement_counts_as_by_day(self):
		agreement = frappe.get_doc(install.SLA, install.AGREEMENT)
		for start in ("2026-03-01 03:00:00", "2026-12-25 12:00:00", "2026-03-07 23:50:00"):
			begun_at = frappe.utils.get_datetime(start)
			waited = agreement.calc_time(begun_at, "P1", "response_time") - begun_at
			self.assertLessEqual(abs(waited - timedelta(minutes=15)), timedelta(seconds=1), start)

	def test_an_agreement_that_the_plant_changed_stays_changed(self):
		frappe.db.set_value(install.SLA, install.AGREEMENT, "description", self.prefix)
		install.set_up()
		self.assertEqual(frappe.db.get_value(install.SLA, install.AGREEMENT, "description"), self.prefix)
		frappe.db.set_value(install.SLA, install.AGREEMENT, "description", None)

	def test_a_person_who_is_assigned_has_taken_notice_a_rule_has_not(self):
		ticket = self._ticket()
		by_rule = {
			"reference_type": "HD Ticket",
			"reference_name": ticket.name,
			"allocated_to": "Administrator",
		}
		rule = frappe.get_doc(
			{"doctype": "ToDo", "description": "x", "assignment_rule": "Support Rotation", **by_rule}
		)
		rule.insert(ignore_permissions=True, ignore_links=True)
		self.assertEqual(self.records.get("Line Stop", self.stop)["stage"], "Detected")
		rule.delete(ignore_permissions=True)
		assign({"assign_to": ["Administrator"], "doctype": "HD Ticket", "name": ticket.name})
		stop = self.records.get("Line Stop", self.stop)
		self.assertEqual((stop["stage"], stop["acknowledged_by"]), ("Acknowledged", "Administrator"))
		frappe.db.delete("ToDo", {"reference_type": "HD Ticket", "reference_name": ticket.name})

	def test_the_first_response_acknowledges_the_stop(self):
		ticket = self._ticket()
		ticket.reload()
		ticket.first_responded_on = frappe.utils.now_datetime()
		ticket.save()
		self.assertEqual(self.records.get("Line Stop", self.stop)["stage"], "Acknowledged")

	def test_a_ticket_is_saved_although_its_stop_cannot_be_acknowledged(self):
		ticket = self._ticket()
		ticket.reload()
		ticket.first_responded_on = frappe.utils.now_datetime()
		frappe.db.set_value("Line Stop", self.stop, "onset", "2099-01-01 00:00:00")
		ticket.save()
		self.assertEqual(self.records.get("Line Stop", self.stop)["stage"], "Detected")

	def test_each_move_stands_on_the_stop_and_on_the_ticket(self):
		ticket = self._ticket()
		user = self.as_user("Robot Maintenance")
		api.dispatch(self.stop)
		(comment,) = frappe.get_all(
			"HD Ticket Comment", {"reference_ticket": ticket.name}, ["content", "commented_by"]
		)
		self.assertEqual(comment.commented_by, user)
		self.assertIn(f"Technician: {user}", comment.content)
		on_stop = frappe.get_all("Comment", {"reference_name": self.stop}, ["content", "comment_email"])
		self.assertEqual([row.comment_email for row in on_stop], [user])

	# ------------------------------------------------------------------ escalation

	def _policy(self, **step):
		values = {"after_minutes": 15, "without": "Dispatch", "target": "User", "user": "Administrator"}
		return self.records.insert(
			"Escalation Policy",
			{
				"policy_name": self.named("Policy"),
				"production_line": self.line,
				"clock": "Around the Clock",
				"steps": [{**values, "channel": "Notification", **step}],
			},
		)

	def _notified(self, seconds_ago):
		moment = self.ports.clock.now() - timedelta(seconds=seconds_ago)
		self.records.update("Line Stop", self.stop, {"notified_at": moment})
		frappe.db.commit()

	def _runs(self):
		return self.records.find("Escalation Run", {"line_stop": self.stop})

	def test_the_tick_notifies_once_when_the_step_is_due(self):
		self._policy()
		self._notified(15 * 60 + 1)
		jobs.tick()
		escalations.run_due(self.ports)
		(run,) = self._runs()
		self.assertLess(run["late_seconds"], 60)
		logs = frappe.get_all("Notification Log", {"document_name": self.stop}, ["for_user", "subject"])
		self.assertEqual([log.for_user for log in logs], ["Administrator"])
		self.assertIn("nobody dispatched after 15 min", logs[0].subject)

	def test_a_tick_waits_for_a_step_that_is_due_within_seconds(self):
		self._policy()
		self.records.update("Line Stop", self.stop, {"notified_at": NOON})
		frappe.db.commit()
		clock = SetClock(NOON + timedelta(minutes=14, seconds=41))
		ports = replace(self.ports, clock=clock)
		escalations.run_due(ports)
		self.assertEqual(self._runs(), [], "it is not due yet")
		jobs.escalate(ports, wait=lambda seconds: clock.move(seconds=seconds))
		(run,) = self._runs()
		self.assertEqual((run["late_seconds"], clock.moment), (0, run["due_at"]))

	def test_without_a_gateway_the_run_says_that_no_sms_was_sent(self):
		self._policy(channel="SMS")
		self._notified(16 * 60)
		escalations.run_due(self.ports)
		self.assertEqual(self._runs()[0]["note"], "no SMS: the site's SMS Settings name no gateway")

	def test_a_webhook_is_called_by_frappe_when_a_step_runs(self):
		with Listener() as listener:
			name = self.named("Hook")
			hook = frappe.get_doc(
				{
					"doctype": "Webhook",
					"name": name,
					"__newname": name,
					"webhook_doctype": "Escalation Run",
					"webhook_docevent": "after_insert",
					"condition": "doc.channel == 'Webhook'",
					"request_url": listener.url,
					"request_method": "POST",
					"request_structure": "JSON",
					"webhook_json": '{"stop": "{{ doc.line_stop }}", "step": "{{ doc.step }}"}',
				}
			)
			hook.insert()
			self.addCleanup(frappe.db.commit)
			self.addCleanup(frappe.delete_doc, "Webhook", name, force=True)
			self._policy(channel="Webhook", user=None)
			self._notified(16 * 60)
			escalations.run_due(self.ports)
			sent = listener.wait()
		self.assertEqual(sent, {"stop": self.stop, "step": "15 min without Dispatch: Webhook"})
		self.assertEqual(self._runs()[0]["told"], "the Webhooks for Escalation Run")


class Listener:
	"""An HTTP server that takes one POST."""

	def __enter__(self):
		received = self._received = queue.SimpleQueue()

		class Handler(BaseHTTPRequestHandler):
			def do_POST(self):
				received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
				self.send_response(200)
				self.end_headers()

			def log_message(self, *_):
				"""Quiet."""

		self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		self.url = f"http://127.0.0.1:{self._server.server_port}/"
		threading.Thread(target=self._server.serve_forever, daemon=True).start()
		return self

	def wait(self):
		return self._received.get(timeout=20)

	def __exit__(self, *_):
		self._server.shutdown()
		self._server.server_close()
