"""Makes fixtures/recordings anew: a robot plays each story on a real broker, and our recorder listens.

`python -m tests.demo_recordings` needs mosquitto and takes two minutes.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from plant_itsm.embedded.signal_commands import passing_plant
from plant_itsm.ot_listeners.recording import Limits, record_to_file
from tests.servers import MosquittoServer

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "recordings"
TOPIC = "demo-plant/final-assembly/assembly-line-3/AR-042/status"
CONNECTION = "Cell Broker"

Story = Iterator[tuple[float, str | bytes]]
"""(seconds to wait before it, the state of the robot or a raw payload)"""


def state(value: str) -> bytes:
	at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
	return json.dumps({"state": value, "ts": at}).encode()


def offline_and_back() -> Story:
	yield 0.0, "RUNNING"
	yield 5.0, "OFFLINE"
	yield 20.0, "RUNNING"
	yield 5.0, "RUNNING"


def flapping() -> Story:
	"""A loose contact: ten changes a second for five seconds, then quiet for longer than chatter has to calm down."""
	for number in range(50):
		yield 0.1, "RUNNING" if number % 2 else "OFFLINE"
	yield 65.0, "RUNNING"


def malformed() -> Story:
	yield 0.0, "RUNNING"
	yield 0.5, b'{"state": "OFFL'
	yield 0.5, b"\xff\xfe\x00\x01"
	yield 0.5, b'{"state": NaN}'
	yield 0.5, b'{"status": "OFFLINE"}'
	yield 0.5, b'{"state": ["OFFLINE"]}'
	yield 0.5, b'{"state": "OFFLINE", "ts": "yesterday"}'
	yield 0.5, "OFFLINE"
	yield 2.0, "RUNNING"


STORIES = {
	"ar-042-offline-and-back": offline_and_back,
	"ar-042-flapping": flapping,
	"ar-042-malformed": malformed,
}


def main() -> None:
	FOLDER.mkdir(parents=True, exist_ok=True)
	with tempfile.TemporaryDirectory() as folder, passing_plant("seed") as ports:
		broker = MosquittoServer(Path(folder) / "mosquitto")
		broker.start()
		ports.records.update("OT Connection", CONNECTION, {"port": broker.port})
		robot = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="AR-042")
		robot.connect("127.0.0.1", broker.port)
		robot.loop_start()
		for name, story in STORIES.items():
			path = FOLDER / f"{name}.jsonl"
			path.unlink(missing_ok=True)
			print(name, _record(ports, path, robot, story()), "signals")
		robot.disconnect()
		robot.loop_stop()
		broker.kill()


def _record(ports, path: Path, robot: mqtt.Client, story: Story) -> int:
	over, written = threading.Event(), []

	def record() -> None:
		limits = Limits(goes_on=lambda: not over.is_set())
		written.append(record_to_file(ports, CONNECTION, path, limits, tell=print))

	recorder = threading.Thread(target=record)
	recorder.start()
	time.sleep(1.0)  # the robot does not know who listens, and neither do we
	for wait_seconds, said in story:
		time.sleep(wait_seconds)
		payload = said if isinstance(said, bytes) else state(said)
		robot.publish(TOPIC, payload, qos=1).wait_for_publish(5)
	time.sleep(1.0)
	over.set()
	recorder.join()
	return written[0]


if __name__ == "__main__":
	main()
