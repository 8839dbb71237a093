"""Where a recording comes from: a broker or a server, each asked with a client or session of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.signals import RawSignal
from plant_itsm.ot_listeners.listening import Backoff
from plant_itsm.ot_listeners.mqtt_probe import MqttProbe, ProbeRefusedError, probe_id, signal_of
from plant_itsm.ot_listeners.opcua_events import Told, raw_signal
from plant_itsm.ot_listeners.opcua_link import OpcUaLink
from plant_itsm.ot_listeners.opcua_refusals import is_refusal
from plant_itsm.ot_listeners.settings import MqttSettings, OpcUaSettings
from plant_itsm.ot_listeners.topic_filters import needed
from plant_itsm.ports import Clock

Take = Callable[[Iterable[RawSignal]], None]
IsDone = Callable[[], bool]
Tell = Callable[[str], None]

_TICK_SECONDS = 0.2


class SourceError(PlantItsmError):
	"""A broker or server cannot be reached, or does not let us in."""


def unreachable(connection: str, where: str, error: BaseException) -> SourceError:
	return SourceError(
		f"OT Connection {connection}: {where}: {error or type(error).__name__}."
		f" Look closer with: plant-itsm doctor '{connection}'"
	)


def mqtt_source(
	settings: MqttSettings, addresses: Collection[str], clock: Clock, take: Take, is_done: IsDone, tell: Tell
) -> None:
	"""Pass on every message of a clean session until is_done. The first connection must succeed: raises SourceError."""
	where = f"{settings.host}:{settings.port}"
	backoff, was_up = Backoff(0.5, 10.0), False
	while not is_done():
		probe = MqttProbe(
			settings, probe_id(settings), on_message=lambda m: take([signal_of(m, settings, clock.now())])
		)
		try:
			probe.open()
			was_up = True
			for name, granted in probe.subscribe(needed(addresses)).items():
				if granted.is_failure:
					tell(f"topic filter {name}: refused ({granted})")
			probe.watch(float("inf"), is_done)
		except Exception as error:  # paho meets malformed packets with many types of exception
			if not was_up or isinstance(error, ProbeRefusedError):
				raise unreachable(settings.connection, where, error) from None
			tell(f"{where}: {error}; connecting again")
			_wait(backoff.next_seconds(), is_done)
		finally:
			probe.close()


def _wait(seconds: float, is_done: IsDone) -> None:
	ends_at = time.monotonic() + seconds
	while not is_done() and time.monotonic() < ends_at:
		time.sleep(_TICK_SECONDS)


def opcua_source(
	settings: OpcUaSettings, addresses: Collection[str], clock: Clock, take: Take, is_done: IsDone, tell: Tell
) -> None:
	"""Pass on every data change of a session of our own until is_done. Raises SourceError as mqtt_source does."""

	async def store(told: list[Told]) -> None:
		now, limit = clock.now(), settings.max_payload_bytes
		take([raw_signal(one, now, limit) for one in told])

	async def run() -> None:
		was_up = False
		backoff = Backoff(0.5, 10.0)
		while not is_done():
			link = OpcUaLink(settings, store, lambda address, why: tell(f"{address} {why}"))
			try:
				await link.open()
				was_up = True
				await _follow(link, addresses, is_done)
			except Exception as error:  # asyncua raises many types
				if not was_up or is_refusal(error):
					raise unreachable(settings.connection, settings.endpoint_url, error) from None
				tell(f"{settings.endpoint_url}: {error or type(error).__name__}; connecting again")
				await asyncio.sleep(min(backoff.next_seconds(), 1.0))
			finally:
				await link.close()

	asyncio.run(run())


async def _follow(link: OpcUaLink, addresses: Collection[str], is_done: IsDone) -> None:
	while not is_done():
		if await link.check():
			await link.follow(addresses)
			await link.settle()
		await asyncio.sleep(_TICK_SECONDS)
