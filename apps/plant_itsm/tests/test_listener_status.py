"""The status of the listeners: who may see it, what it says, and a trouble of our own as an incident of the site."""

import frappe

from plant_itsm.api.listener_status import metrics, status
from plant_itsm.domain.health import Trouble
from plant_itsm.ot_listeners.metrics import CONTENT_TYPE
from plant_itsm.services import self_alarms
from plant_itsm.tests.site_case import PlantCase
from plant_itsm.tests.web_client import WebClient

METRICS = "/api/method/plant_itsm.api.listener_status.metrics"


class TestListenerStatus(PlantCase):
	def test_each_connection_is_told_with_its_figures(self):
		name = self.plant.connection
		(one,) = [one for one in status()["connections"] if one["connection"] == name]
		self.assertEqual((one["listens"], one["waiting"], one["received"]), (False, 0, 0))

	def test_workers_scheduler_and_clocks_are_told(self):
		found = status()
		self.assertEqual(set(found["workers"]), {"ot", "short"})
		self.assertLess(abs(found["clocks"]["Redis"]), 5)
		self.assertIsInstance(found["scheduler"], str)

	def test_only_who_may_read_connections_sees_it(self):
		self.as_user("Plant IT")
		self.assertTrue(status())
		for role in ("Production Manager", "Guest"):
			self.as_user(role)
			for method in (status, metrics):
				with self.assertRaises(frappe.PermissionError):
					method()

	def test_metrics_are_off_until_the_settings_turn_them_on(self):
		with self.assertRaisesRegex(frappe.PermissionError, "Metrics are off"):
			metrics()

	def test_prometheus_reads_the_metrics_over_http_with_a_token_of_somebody_who_may(self):
		name = self.plant.connection
		users = {role: self._user(role) for role in ("Plant IT", "Production Manager", "Guest")}
		self._turn(1)
		self.addCleanup(self._turn, 0)
		answer = WebClient(users["Plant IT"]).get(METRICS)
		self.assertEqual(answer.status_code, 200, answer.get_data(as_text=True)[-500:])
		self.assertEqual(answer.content_type, CONTENT_TYPE)
		lines = answer.get_data(as_text=True).splitlines()
		self.assertIn(f'plant_itsm_waiting_signals{{connection="{name}"}} 0.0', lines)
		self.assertTrue(any(line.startswith("plant_itsm_open_line_stops ") for line in lines))
		for role in ("Production Manager", "Guest"):
			self.assertEqual(WebClient(users[role]).get(METRICS).status_code, 403, role)
		self._turn(0)
		self.assertEqual(WebClient(users["Plant IT"]).get(METRICS).status_code, 403)

	def _user(self, role):
		frappe.set_user("Administrator")
		user = self.as_user(role)
		frappe.set_user("Administrator")
		return user

	def _turn(self, on):
		frappe.set_user("Administrator")
		frappe.db.set_single_value("Plant ITSM Settings", "metrics_enabled", on)
		frappe.db.commit()

	def test_a_trouble_that_lasts_is_an_incident_with_a_ticket_and_ends(self):
		trouble = Trouble(self.named("key"), self.named("is deaf"), "Why.", "Do.", self.plant.connection)
		self._watch(trouble)
		(noted,) = self._alarms()
		earlier = noted["since"].replace(year=noted["since"].year - 1)
		self.records.update_many(self_alarms.DOCTYPE, [noted["name"]], {"since": earlier})
		(name,) = self._watch(trouble)
		self.assertEqual(self._watch(trouble), [])
		stop = self.records.get("Line Stop", name)
		self.assertEqual((stop["status"], stop["title"]), ("Open", f"PLANT ITSM — {self.named('is deaf')}"))
		self.assertEqual(self._watch(), [name])
		self.assertEqual(self.records.get("Line Stop", name)["status"], "Ended")
		self.assertEqual(self._alarms(), [])

	def _alarms(self):
		return self.records.find(self_alarms.DOCTYPE, {"alarm_key": ("like", f"{self.prefix}%")})

	def _watch(self, *troubles):
		"""Beside whatever troubles this site has itself, young ones that open nothing."""
		own = [row for row in self.records.find(self_alarms.DOCTYPE) if row not in self._alarms()]
		names = [row["name"] for row in own if not row["line_stop"]]
		if names:
			self.records.update_many(self_alarms.DOCTYPE, names, {"since": self.ports.clock.now()})
		others = [Trouble(row["alarm_key"], row["subject"], "", "") for row in own]
		return self_alarms.watch(self.ports, [*troubles, *others])
