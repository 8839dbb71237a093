"""A drill put into the stream of its connection, where the signals of the plant come in."""

from __future__ import annotations

from plant_itsm.domain.errors import RuleError
from plant_itsm.ot_listeners.intake import SignalStreams
from plant_itsm.ot_listeners.site_redis import connect
from plant_itsm.ports import Ports, Record
from plant_itsm.services.drills import begin


def rehearse(ports: Ports, rule: str, person: str) -> str:
	"""Rehearse the line stop of a Signal Rule for a person, and return the drill.

	Its signal comes by the way of all others: the stream, the drain, the outbox. Lets every error of Redis pass;
	then nothing remains. Raises MissingRecordError, RuleError, StreamFullError.
	"""
	streams = SignalStreams(connect(ports), ports.namespace)
	with ports.records.transaction():
		drill, signal = begin(ports, rule, person)
		_check_connection(ports.records.get("OT Connection", drill["connection"]) or {})
		streams.append(drill["connection"], signal)
	return str(drill["name"])


def _check_connection(connection: Record) -> None:
	if connection.get("gateway"):
		raise RuleError(
			f"OT Connection {connection['name']} comes by the gateway {connection['gateway']}, whose numbers leave no"
			" room in the stream for a rehearsal. Rehearse a rule of a connection that the site listens to itself."
		)
