"""The status of a site as Prometheus reads it. Needs the package prometheus-client (the extra `metrics`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.ot_listeners.status import ConnectionStatus, SiteStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsError(PlantItsmError):
	"""Metrics are asked for where they are not to be had."""


_OF_CONNECTIONS: tuple[tuple[str, str, bool, Callable[[ConnectionStatus], float | None]], ...] = (
	("listening", "1 while a listener holds the lease of the connection", False, lambda one: one.listens),
	("waiting_signals", "signals in the stream that are not judged", False, lambda one: one.waiting),
	("lag_seconds", "age of the oldest signal in the stream", False, lambda one: one.lag_seconds),
	("received", "signals judged", True, lambda one: one.received),
	("events", "signals that changed something", True, lambda one: one.events),
	("suppressed", "signals that changed nothing", True, lambda one: one.suppressed),
	("dead_lettered", "signals that nothing could be done with", True, lambda one: one.dead_lettered),
)
_OF_SITE: tuple[tuple[str, str, Callable[[SiteStatus], float | None]], ...] = (
	("drain_running", "1 while a drain holds its lease", lambda site: site.drains),
	("open_line_stops", "line stops that are open", lambda site: site.open_stops),
	("outbox_pending", "outbox entries to carry out", lambda site: site.outbox_pending),
	("outbox_oldest_seconds", "age of the oldest of them", lambda site: site.outbox_oldest_seconds or 0),
	("dead_letters", "dead letters that were not replayed", lambda site: site.dead_letters),
	("scheduler_tick_age_seconds", "time since the last tick", lambda site: site.tick_age_seconds),
	("own_troubles", "troubles of our own", lambda site: len(site.troubles)),
)


def metrics_text(found: SiteStatus) -> str:
	"""The exposition text. Raises MetricsError where prometheus-client is missing."""
	try:
		from prometheus_client import CollectorRegistry, generate_latest
	except ImportError:
		raise MetricsError(
			"the package prometheus-client is missing: pip install 'plant_itsm[metrics]' in the bench's environment."
		) from None

	class Collected:
		def collect(self) -> Iterator[Any]:
			return _families(found)

	registry = CollectorRegistry(auto_describe=False)
	registry.register(Collected())
	return str(generate_latest(registry).decode())


def _families(found: SiteStatus) -> Iterator[Any]:
	from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

	for name, about, counts, value in _OF_CONNECTIONS:
		kind = CounterMetricFamily if counts else GaugeMetricFamily
		family = kind(f"plant_itsm_{name}", about, labels=["connection"])
		for one in found.connections:
			family.add_metric([one.connection], float(value(one) or 0))
		yield family
	for name, about, of_site in _OF_SITE:
		known = of_site(found)
		if known is not None:
			yield GaugeMetricFamily(f"plant_itsm_{name}", about, value=float(known))
	if found.workers is not None:
		family = GaugeMetricFamily("plant_itsm_workers", "RQ workers of a queue", labels=["queue"])
		for queue, count in found.workers.items():
			family.add_metric([queue], count)
		yield family
