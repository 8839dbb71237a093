"""The whole way on a site: a real broker, the site's Redis, its database and its Helpdesk."""

from plant_itsm.services import outbox
from plant_itsm.tests.mqtt_case import MqttCase


class TestSpine(MqttCase):
	def setUp(self):
		super().setUp()
		line = self.plant.line("Line", responsibles=[{"role": "Production Manager", "user": "Administrator"}])
		self.plant.cost_model(line)
		self.ci = self.plant.ci("AR-042", production_line=line)
		self.plant.rule("Rule", self.ci, value_path="state")
		self.topic = f"plant/{self.prefix}/state"
		self.start_listener()

	def _tickets(self):
		with self.records.transaction():
			stops = self.records.find("Line Stop", {"root_ci": self.ci})
		for stop in stops:
			outbox.deliver(self.ports, stop["name"])
		return [self.records.find("HD Ticket", {"plant_line_stop": stop["name"]}) for stop in stops]

	def test_one_message_gives_one_ticket_and_the_same_again_none(self):
		self.broker.publish(self.topic, '{"state": "offline"}')
		self.drain_until(1)
		((ticket,),) = self._tickets()
		self.assertEqual((ticket["priority"], ticket["plant_root_ci"]), ("P1", self.ci))
		self.assertEqual(str(ticket["plant_cost_per_hour"]), "3800.00")
		self.broker.publish(self.topic, '{"state": "offline"}')
		self.drain_until(2)
		self.assertEqual(
			[[one["name"] for one in tickets] for tickets in self._tickets()], [[ticket["name"]]]
		)

	def test_nonsense_becomes_a_dead_letter_and_the_next_signal_counts(self):
		self.broker.publish(self.topic, b"\xff\xfe no JSON")
		self.broker.publish(self.topic, '{"state": "offline"}')
		self.drain_until(2)
		(letter,) = self.records.find("Signal Dead Letter", {"connection": self.connection})
		self.assertTrue(letter["reason"])
		self.assertEqual(len(self._tickets()), 1)
