"""The whole examination: the site, and each OT Connection of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import redis

from plant_itsm import __version__
from plant_itsm.domain.vocabulary import Protocol
from plant_itsm.ot_listeners.connection_settings import site_networks
from plant_itsm.ot_listeners.doctor.findings import Finding, about, error, ok, warning
from plant_itsm.ot_listeners.doctor.mqtt import examine_mqtt
from plant_itsm.ot_listeners.doctor.opcua import examine_opcua
from plant_itsm.ot_listeners.doctor.records import examine_helpdesk, examine_plant, examine_rules
from plant_itsm.ot_listeners.doctor.redis_server import examine_redis
from plant_itsm.ot_listeners.doctor.workers import examine_drain, examine_listener, examine_workers
from plant_itsm.ot_listeners.recording import connection_named
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.ports import Ports, Record
from plant_itsm.services.rules import addresses_of
from plant_itsm.services.sparkplug import is_sparkplug, subscriptions_of
from plant_itsm.services.upgrades import schema_version

_ASLEEP = "nothing starts a listener that ended, and no outbox entry is carried out again"


@dataclass(frozen=True)
class Site:
	"""What only an edition knows of its site.

	ot_queue, short_queue: their RQ names. add_workers: how one adds a worker. why_asleep: why nothing is scheduled,
	"" when all is well; None where that cannot be told. why_outdated: what of the database is older than the package,
	or ""; None where opening it brings it up.
	"""

	ot_queue: str
	short_queue: str
	add_workers: str
	why_asleep: Callable[[], str] | None = None
	why_outdated: Callable[[], str] | None = None


def examine(
	ports: Ports, site: Site | None, connection: str | None = None, mosquitto_conf: Path | None = None
) -> list[Finding]:
	"""Everything, or one OT Connection. site: None where there is only a plant's data, without Redis and workers.

	mosquitto_conf: a copy of the broker's own settings. Raises MissingRecordError for an unknown connection and
	BrokerConfError for a mosquitto.conf that cannot be read.
	"""
	with ports.records.transaction():
		if connection is not None:
			chosen = [connection_named(ports.records, connection)]
		else:
			names = [row["name"] for row in ports.records.find("OT Connection")]
			chosen = [connection_named(ports.records, name) for name in names]
	findings = [] if connection is not None else _site(ports, site)
	for record in chosen:
		is_asked = connection is not None or record["enabled"]
		findings += about(
			record["name"], _connection(ports, site, record, mosquitto_conf) if is_asked else _idle()
		)
	return findings


def _idle() -> list[Finding]:
	return [ok("connection", "disabled, so it is not looked at")]


def _site(ports: Ports, site: Site | None) -> list[Finding]:
	with ports.records.transaction():
		enabled = ports.records.count("OT Connection", {"enabled": True})
		findings = [*examine_plant(ports.records, ports.clock), *examine_helpdesk(ports.records)]
	if site is None:
		return findings
	return [_schema(site), *_machinery(ports, site, enabled), *findings]


def _schema(site: Site) -> Finding:
	reason = site.why_outdated() if site.why_outdated is not None else ""
	if reason:
		remedy = "bench --site SITE migrate; then restart web, workers and scheduler"
		return error("schema", reason, "what is newer fails where it is used", remedy)
	return ok("schema", f"that of plant_itsm {__version__}, {schema_version()}")


def _machinery(ports: Ports, site: Site, enabled: int) -> Iterator[Finding]:
	client = connect(ports)
	reached = list(examine_redis(client))
	yield from reached
	if len(reached) > 1:  # else it does not answer
		yield from examine_workers(client, site.ot_queue, site.short_queue, enabled, site.add_workers)
		yield from examine_drain(ports, client, enabled)
	if site.why_asleep is not None:
		reason = site.why_asleep()
		if reason:
			yield error(
				"scheduler", reason, _ASLEEP, "bench --site SITE scheduler enable; bench schedule must run"
			)
		else:
			yield ok("scheduler", "it is on")


def _connection(
	ports: Ports, site: Site | None, record: Record, mosquitto_conf: Path | None
) -> Iterator[Finding]:
	with ports.records.transaction():
		rules = list(examine_rules(ports.records, record))
		wanted = subscriptions_of if is_sparkplug(record) else addresses_of
		addresses = wanted(ports.records, record["name"])
	yield from rules
	networks = site_networks(ports)
	if record["protocol"] == Protocol.MQTT:
		yield from examine_mqtt(record, ports.namespace, addresses, mosquitto_conf, networks)
	else:
		yield from examine_opcua(record, ports.namespace, addresses, ports.secrets_folder, networks)
	if site is not None:
		yield from _listener(ports, record)


def _listener(ports: Ports, record: Record) -> Iterator[Finding]:
	try:
		yield from list(examine_listener(ports, connect(ports), record))
	except redis.RedisError as trouble:
		yield warning("listener", f"Redis does not tell ({trouble})", "unknown", "see what is said of Redis")
