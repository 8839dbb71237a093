"""A drill on a site: through the site's Redis stream, the drain and the outbox, to the ticket and back to nothing."""

import contextlib

import frappe
import redis

from plant_itsm.api import drills as api
from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.ot_listeners.drilling import rehearse
from plant_itsm.ot_listeners.intake import SignalStreams, stream_key
from plant_itsm.services import outbox
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase

MOVING = {"OT Connection State", "Line Stop Drill"}
"""The cursor moves, and the drill itself stays."""
MAY_REHEARSE = ("Plant Admin", "Plant IT", "Production Manager")


class TestDrills(PlantCase):
	def setUp(self):
		super().setUp()
		line = self.plant.line("Line 3")
		self.plant.cost_model(line)
		robot = self.plant.ci("Robot", production_line=line, line_effect="Stops Line")
		self.rule = self.plant.rule("robot offline", robot, value_path="state")
		self.connection = self.plant.connection
		client = redis.Redis.from_url(self.ports.redis_url)
		self.streams = SignalStreams(client, self.ports.namespace)
		self.addCleanup(client.close)
		self.addCleanup(client.delete, stream_key(self.ports.namespace, self.connection))
		self.drain = ConnectionDrain(self.ports, self.connection, ImpactModel(self.records))
		frappe.db.commit()

	def drained(self, drill):
		"""What the drain's loop does with what waits for this connection."""
		waiting = self.streams.read({self.connection: self.drain.cursor}, 100, 0)
		for stop in self.drain.process(waiting[self.connection]):
			outbox.deliver(self.ports, stop)
		return api.progress(drill)

	def rows(self):
		"""How many rows each table of the site has."""
		frappe.db.commit()
		doctypes = frappe.get_all("DocType", filters={"issingle": 0, "is_virtual": 0}, pluck="name")
		counts = {}
		for doctype in set(doctypes) - MOVING:
			with contextlib.suppress(frappe.db.TableMissingError):
				counts[doctype] = frappe.db.count(doctype)
		return counts

	def test_it_comes_by_the_stream_and_leaves_nothing_but_its_record(self):
		person = self.as_user("Plant IT")
		frappe.db.commit()
		before = self.rows()
		drill = rehearse(self.ports, self.rule, person)
		self.assertEqual(api.progress(drill)["status"], "Queued")
		state = self.drained(drill)
		self.assertEqual((state["status"], state["priority"]), ("Running", "P1"))
		self.assertNotIn(None, [stage["seconds"] for stage in state["stages"]])
		ticket = frappe.get_doc("HD Ticket", state["ticket"])
		self.assertEqual((ticket.plant_is_drill, ticket.raised_by), (1, person))
		told = frappe.get_all("Notification Log", filters={"document_name": ticket.name}, pluck="for_user")
		self.assertEqual(told, [person])
		self.assertGreater(self.rows()["HD Ticket"], before["HD Ticket"])
		ended = api.clean_up(drill)
		self.assertEqual(ended["status"], "Cleaned Up")
		after = self.rows()  # fewer where an earlier record of a name that came again had left something
		self.assertEqual(
			{name: after[name] - before[name] for name in after if after[name] > before[name]}, {}
		)

	def test_its_messages_go_at_once_and_none_comes_after(self):
		self.as_user("Plant IT")
		drill = rehearse(self.ports, self.rule, frappe.session.user)
		state = self.drained(drill)
		about = {"document_type": "HD Ticket", "document_name": state["ticket"]}
		self.assertEqual(frappe.db.count("Notification Log", about), 1)
		frappe.flags.in_test = False  # Frappe then leaves the rest of a deletion to a worker
		self.addCleanup(frappe.flags.update, {"in_test": True})
		api.clean_up(drill)
		self.assertEqual(frappe.db.count("Notification Log", about), 0)
		late = {"doctype": "Notification Log", "for_user": frappe.session.user, "subject": "Assigned"}
		frappe.get_doc(late | about).insert(ignore_permissions=True)
		self.assertEqual(frappe.db.count("Notification Log", about), 0)

	def test_who_may_rehearse(self):
		for role in ("Plant Viewer", "Shift Leader", "Finance Controller", None, "Guest"):
			self.as_user(role)
			with self.assertRaises(frappe.PermissionError, msg=role):
				api.rehearse(self.rule)
			with self.assertRaises(frappe.PermissionError, msg=role):
				api.clean_up(self._drill())
		for role in MAY_REHEARSE:
			person = self.as_user(role)
			drill = api.rehearse(self.rule)
			self.assertEqual(self.records.get("Line Stop Drill", drill)["person"], person)
			api.clean_up(drill)

	def _drill(self):
		user = frappe.session.user
		frappe.set_user("Administrator")
		drill = rehearse(self.ports, self.rule, "Administrator")
		frappe.set_user(user)
		return drill

	def test_a_disabled_rule_says_so(self):
		self.records.update("Signal Rule", self.rule, {"enabled": False})
		with self.assertRaisesRegex(frappe.ValidationError, "is disabled"):
			api.rehearse(self.rule)
		with self.assertRaises(PlantItsmError):
			rehearse(self.ports, self.rule, "Administrator")
