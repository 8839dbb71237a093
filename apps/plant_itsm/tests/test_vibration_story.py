"""The seed's vibration story on a real site: a broker, the listener and the drain, MariaDB and Helpdesk."""

from plant_itsm.tests.contract_vibration import VibrationStory
from plant_itsm.tests.mqtt_case import MqttCase


class TestVibrationStory(MqttCase, VibrationStory):
	def setUp(self):
		super().setUp()
		self.set_up_story()
		self.start_listener()

	def send(self, topic, payload):
		self.broker.publish(topic, payload)

	def take_until(self, received):
		self.drain_until(received)
