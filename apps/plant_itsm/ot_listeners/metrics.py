"""The status of a site as Prometheus reads it (text exposition format, version 0.0.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plant_itsm.ot_listeners.status import ConnectionStatus, SiteStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


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
	"""The exposition text; what is not known is left out."""
	return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: SiteStatus) -> Iterator[str]:
	for name, about, counts, value in _OF_CONNECTIONS:
		metric = f"plant_itsm_{name}_total" if counts else f"plant_itsm_{name}"
		yield from _head(metric, about, "counter" if counts else "gauge")
		for one in found.connections:
			yield _sample(metric, value(one) or 0, connection=one.connection)
	for name, about, of_site in _OF_SITE:
		known = of_site(found)
		if known is not None:
			yield from _head(f"plant_itsm_{name}", about, "gauge")
			yield _sample(f"plant_itsm_{name}", known)
	if found.workers is not None:
		yield from _head("plant_itsm_workers", "RQ workers of a queue", "gauge")
		for queue, count in found.workers.items():
			yield _sample("plant_itsm_workers", count, queue=queue)


def _head(metric: str, about: str, kind: str) -> Iterator[str]:
	yield f"# HELP {metric} {about}"
	yield f"# TYPE {metric} {kind}"


def _sample(metric: str, value: float, **labels: str) -> str:
	told = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
	return f"{metric}{{{told}}} {float(value)}" if told else f"{metric} {float(value)}"


def _escaped(text: str) -> str:
	return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
