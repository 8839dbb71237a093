"""What an edge gateway hands in over HTTP with its API key: taken once, judged once, and from nobody else."""

import threading
from datetime import datetime, timedelta, timezone
from wsgiref.simple_server import WSGIRequestHandler, make_server

import frappe
import frappe.app

from plant_itsm.domain.gateway import START, GatewayBatch, GatewayError
from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.site_client import SiteClient
from plant_itsm.ot_listeners.intake import SignalStreams, stream_key
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.tests.web_client import WebClient
from plant_itsm.uninstall import our_modules

ROLE = "Plant Gateway"
NOT_OURS = ("Error Log", "Role", "DocType", "System Settings")


class _Quiet(WSGIRequestHandler):
	def log_message(self, *_told):
		"""Nothing."""


class TestGateway(PlantCase):
	def setUp(self):
		super().setUp()
		self.client = connect(self.ports)
		self.connection = self.plant.connection
		rule = {"connection": self.connection, "address": "cell/AR", "value_path": "state"}
		self.plant.rule("offline", self.plant.ci("AR"), **rule, condition="=", condition_value="OFFLINE")
		self.addCleanup(self.client.delete, stream_key(self.ports.namespace, self.connection))
		self.user = self._gateway()
		self.site = self._site(self._key(self.user))

	def _gateway(self):
		user = self.as_user(ROLE)
		frappe.set_user("Administrator")
		for name in frappe.get_all("Plant Gateway", filters={"user": user}, pluck="name"):
			frappe.delete_doc("Plant Gateway", name, force=True)
		gateway = self.records.insert("Plant Gateway", {"gateway_name": self.named("DMZ"), "user": user})
		self.records.update("OT Connection", self.connection, {"gateway": gateway["name"]})
		return user

	def _key(self, user):
		doc = frappe.get_doc("User", user)
		doc.api_key, doc.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
		key = f"{doc.api_key}:{doc.api_secret}"
		doc.save(ignore_permissions=True)
		frappe.db.commit()
		return key

	def _site(self, key):
		before = frappe.app._site
		frappe.app._site = frappe.local.site
		self.addCleanup(setattr, frappe.app, "_site", before)
		server = make_server("127.0.0.1", 0, frappe.app.application, handler_class=_Quiet)
		threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
		self.addCleanup(server.server_close)
		self.addCleanup(server.shutdown)
		return SiteClient(f"http://127.0.0.1:{server.server_port}", key)

	def _batch(self, after, *states):
		now = datetime.now(timezone.utc)
		signals = [
			RawSignal("cell/AR", f'{{"state": "{state}"}}'.encode(), now, now + timedelta(milliseconds=place))
			for place, state in enumerate(states)
		]
		return GatewayBatch(self.connection, after, tuple(signals), now, "0", len(signals))

	def _judge(self):
		drain = ConnectionDrain(self.ports, self.connection, ImpactModel(self.records))
		streams = SignalStreams(self.client, self.ports.namespace)
		drain.process(streams.read({self.connection: drain.cursor}, 100, 0)[self.connection])

	def test_a_batch_that_comes_twice_has_its_effect_once(self):
		batch = self._batch("1700000000000-0", "OFFLINE", "RUNNING")
		first, again = self.site.send(batch), self.site.send(batch)
		self.assertEqual((first.committed, first.taken), (START, "1700000000000-2"))
		self.assertEqual((again.committed, again.taken), (START, "1700000000000-2"))
		self.assertEqual(first.addresses, ("cell/AR",))
		self._judge()
		told = self.site.send(self._batch(first.taken))
		self.assertEqual(told.committed, "1700000000000-2")
		self.assertEqual(self.site.send(batch).taken, "1700000000000-2")
		counts = self.records.get("OT Connection State", self.connection)
		self.assertEqual((counts["received"], counts["events"]), (2, 2))
		self.assertEqual(self.records.count("Line Stop", {"connection": self.connection}), 1)

	def test_a_gap_is_not_taken(self):
		self.site.send(self._batch("1700000000000-0", "OFFLINE"))
		self.assertEqual(self.site.send(self._batch("1700000000000-5", "RUNNING")).taken, "1700000000000-1")

	def test_what_is_of_another_connection_or_nobody_is_refused(self):
		self.records.update("OT Connection", self.connection, {"gateway": None})
		frappe.db.commit()
		with self.assertRaisesRegex(GatewayError, "does not come by the gateway"):
			self.site.send(self._batch("1700000000000-0", "OFFLINE"))
		with self.assertRaisesRegex(GatewayError, "401"):
			SiteClient(self.site.url, "nobody:nothing").send(self._batch("1700000000000-0"))

	def test_who_has_another_role_hands_in_nothing(self):
		user = self.as_user("Plant IT")
		frappe.set_user("Administrator")
		with self.assertRaisesRegex(GatewayError, "403"):
			SiteClient(self.site.url, self._key(user)).send(self._batch("1700000000000-0", "OFFLINE"))

	def test_a_gateway_s_user_may_do_nothing_else(self):
		user = self.as_user(ROLE)
		ours = {"module": ["in", our_modules()], "istable": 0}
		doctypes = [*frappe.get_all("DocType", ours, pluck="name"), *NOT_OURS]
		self.assertGreater(len(doctypes), 50)
		for doctype in doctypes:
			for action in ("read", "write", "create", "delete", "report", "export"):
				self.assertFalse(frappe.has_permission(doctype, action, user=user), f"{action} {doctype}")

	def test_a_gateway_s_key_opens_no_other_door(self):
		frappe.set_user("Administrator")
		web = WebClient(self.user)
		for path in ("/api/resource/OT CI", "/api/resource/Line Stop", "/api/resource/OT Connection"):
			self.assertEqual(web.get(path).status_code, 403, path)
		for method in ("plant_itsm.api.plant_now.lines", "plant_itsm.api.listener_status.status"):
			self.assertEqual(web.get(f"/api/method/{method}").status_code, 403, method)
		tickets = web.get("/api/resource/HD Ticket").json.get(
			"data", []
		)  # since Helpdesk 1.28 refused altogether
		self.assertEqual(tickets, [])
