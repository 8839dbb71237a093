"""Replaying dead letters on a site: who may, and what comes of it on MariaDB and the site's Redis."""

import frappe
import redis

from plant_itsm.api.signals import replay_letters
from plant_itsm.domain.signals import RawSignal
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.intake import SignalStreams, stream_key
from plant_itsm.services.drain import ConnectionDrain
from plant_itsm.services.impact import ImpactModel
from plant_itsm.tests.test_api_signals import ApiCase


class TestLetterReplays(ApiCase):
	def setUp(self):
		super().setUp()
		line = self.plant.line("Line 3")
		self.plant.cost_model(line)
		robot = self.plant.ci("Robot", production_line=line, line_effect="Stops Line")
		self.rule = self.plant.rule("robot offline", robot, value_path="wrong")
		self.client = redis.Redis.from_url(self.ports.redis_url)
		self.streams = SignalStreams(self.client, self.ports.namespace)
		self.connection = self.plant.connection
		self.addCleanup(self.client.close)
		self.addCleanup(self.client.delete, stream_key(self.ports.namespace, self.connection))
		self.drain = ConnectionDrain(self.ports, self.connection, ImpactModel(self.records))

	def judge(self):
		"""What the drain's loop does with what waits for this connection."""
		waiting = self.streams.read({self.connection: self.drain.cursor}, 100, 0)
		stops = self.drain.process(waiting[self.connection])
		self.streams.trim(self.connection, self.drain.cursor)
		return stops

	def refused_signal(self, payload=b'{"state": "offline"}'):
		self.at = site_ports().clock.now()
		self.streams.append(self.connection, RawSignal(f"plant/{self.prefix}/state", payload, self.at))
		self.judge()
		return self.letters()[-1]

	def letters(self):
		return self.records.find("Signal Dead Letter", {"connection": self.connection}, order_by="creation")

	def test_a_signal_takes_effect_once_after_its_rule_was_put_right(self):
		letter = self.refused_signal()
		self.records.update("Signal Rule", self.rule, {"value_path": "state"})
		frappe.db.commit()
		self.as_user_with("Plant IT")
		user = frappe.session.user
		self.assertEqual(replay_letters([letter["name"]]), {"queued": (letter["name"],), "refused": ()})
		waiting = replay_letters([letter["name"]])
		self.assertIn("waits for the drain", waiting["refused"][0][1])
		frappe.set_user("Administrator")
		(stop,) = self.judge()
		self.assertLess(abs(self.records.get("Line Stop", stop)["onset"] - self.at).total_seconds(), 0.001)
		(after,) = self.letters()
		self.assertEqual((after["replay_outcome"], after["replayed_by"]), ("Took Effect", user))
		again = replay_letters([letter["name"]])
		self.assertIn("Took Effect", again["refused"][0][1])

	def test_what_a_newer_signal_has_overtaken_opens_nothing(self):
		letter = self.refused_signal()
		self.records.update("Signal Rule", self.rule, {"value_path": "state"})
		running = RawSignal(f"plant/{self.prefix}/state", b'{"state": "running"}', self.ports.clock.now())
		self.streams.append(self.connection, running)
		self.judge()
		replay_letters([letter["name"]])
		self.assertEqual(self.judge(), [])
		self.assertEqual(self.letters()[0]["replay_outcome"], "History")

	def test_bytes_survive_the_database(self):
		payload = b'\x00\xff\xf0\x9f\x94\xa5 {"state": "offline"}'
		letter = self.refused_signal(payload)
		replay_letters([letter["name"]])
		(streamed,) = self.streams.read({self.connection: self.drain.cursor}, 10, 0)[self.connection]
		self.assertEqual((streamed.signal.payload, streamed.signal.replay_of), (payload, letter["name"]))

	def test_who_may_not_change_the_connection_may_not_replay(self):
		letter = self.refused_signal()
		for role in ("Production Manager", "Report Manager"):
			self.as_user_with(role)
			self.assert_refused(replay_letters, [letter["name"]])
		frappe.set_user("Guest")
		self.assert_refused(replay_letters, [letter["name"]])

	def test_sparkplug_is_refused_with_the_reason(self):
		letter = self.refused_signal()
		self.records.update("OT Connection", self.connection, {"payload_format": "Sparkplug B"})
		request = replay_letters(frappe.as_json([letter["name"]]))
		self.assertEqual(request["queued"], ())
		self.assertIn("Ask the edge node for a rebirth", request["refused"][0][1])
