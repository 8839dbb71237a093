"""Runs amqtt, a broker in Python, until SIGTERM: `python -m plant_itsm.embedded.amqtt_broker PORT`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from amqtt.broker import Broker

from plant_itsm.embedded.child_process import LOOPBACK


async def serve(port: int) -> None:
	broker = Broker(
		{
			"listeners": {"default": {"type": "tcp", "bind": f"{LOOPBACK}:{port}"}},
			"plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
		}
	)
	told_to_end = asyncio.Event()
	for number in (signal.SIGTERM, signal.SIGINT):
		asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
	await broker.start()
	await told_to_end.wait()
	await broker.shutdown()


if __name__ == "__main__":
	logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(levelname)s %(message)s")
	asyncio.run(serve(int(sys.argv[1])))
