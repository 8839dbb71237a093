"""Preventive work that predictions ask for: one open order and ticket per CI, planned before the failure.

A prediction is followed in a transaction of its own. The open_key of an order is unique, so two who follow predictions
of one CI at the same time still make one order; the later one adds to it.
"""

from __future__ import annotations

import logging
from html import escape

from plant_itsm.domain.errors import DuplicateRecordError, PlantItsmError, StoreUnavailableError
from plant_itsm.domain.incidents import incident_impact
from plant_itsm.domain.line_stops import weigh
from plant_itsm.domain.maintenance_words import OrderKind, OrderStatus, PredictionStatus
from plant_itsm.domain.vocabulary import EventKind
from plant_itsm.ports import Notice, Ports, Record, Records
from plant_itsm.services.failure_predictions import DOCTYPE as PREDICTION
from plant_itsm.services.impact import ImpactModel
from plant_itsm.services.lines import audience_of, zone_of_site
from plant_itsm.services.maintenance_settings import MaintenanceSettings, maintenance_settings
from plant_itsm.services.maintenance_slots import propose_slot
from plant_itsm.services.order_slots import slot_fields
from plant_itsm.services.priorities import priority_for
from plant_itsm.services.settings import settings_of
from plant_itsm.services.ticket_comments import TICKET, comment
from plant_itsm.services.work_orders import DOCTYPE

TICKET_TYPE = "Preventive Maintenance"
MOST_AT_ONCE = 100
NO_WINDOW = "No change window of the kind lies before the predicted failure."
TOO_LATE = "The failure is predicted for before the work ends: schedule it earlier."

log = logging.getLogger(__name__)


def follow_predictions(ports: Ports) -> int:
	"""Follow the predictions that nobody has followed yet. Returns how many were."""
	with ports.records.transaction():
		waiting = ports.records.find(
			PREDICTION, {"status": PredictionStatus.PENDING}, order_by="predicted_at", limit=MOST_AT_ONCE
		)
	return sum(_follow_safely(ports, row["name"]) for row in waiting)


def _follow_safely(ports: Ports, name: str) -> bool:
	"""What one prediction meets must not hold up the others."""
	try:
		follow(ports, name)
	except StoreUnavailableError:
		raise
	except PlantItsmError as error:
		log.warning("failure prediction %s cannot be followed: %s", name, error)
		with ports.records.transaction():
			ports.records.update_many(PREDICTION, [name], {"note": str(error)[:500]})
		return False
	return True


def follow(ports: Ports, name: str) -> None:
	"""Let a prediction lead to what it asks for, once."""
	records = ports.records
	with records.transaction():
		prediction = records.get(PREDICTION, name, for_update=True)
		if prediction is None or prediction["status"] != PredictionStatus.PENDING:
			return
		settings, now = maintenance_settings(records), ports.clock.now()
		if prediction["probability"] < settings.prediction_threshold:
			_settle(records, prediction, PredictionStatus.BELOW_THRESHOLD)
		elif prediction["fails_by"] <= now:
			_settle(records, prediction, PredictionStatus.TOO_LATE)
		else:
			_order(ports, settings, prediction)


def _settle(records: Records, prediction: Record, status: PredictionStatus, **more: str | None) -> None:
	records.update_many(PREDICTION, [prediction["name"]], {"status": status, "note": None, **more})


def _order(ports: Ports, settings: MaintenanceSettings, prediction: Record) -> None:
	records = ports.records
	known = open_order(records, prediction["ci"])
	if known is None:
		try:
			known = records.insert(DOCTYPE, _new_order(ports, settings, prediction))
			ticket = open_ticket(records, known)
			records.update(DOCTYPE, known["name"], {"hd_ticket": ticket})
			if known["planned_start"] is None:
				_escalate(ports, known, ticket)
		except DuplicateRecordError:  # somebody was faster
			known = open_order(records, prediction["ci"])
			assert known is not None, prediction["ci"]
			_add_to(ports, settings, known, prediction)
	else:
		_add_to(ports, settings, known, prediction)
	is_planned = (records.get(DOCTYPE, known["name"]) or known)["planned_start"] is not None
	status = PredictionStatus.ORDERED if is_planned else PredictionStatus.ESCALATED
	_settle(records, prediction, status, maintenance_order=known["name"])


def open_order(records: Records, ci: str) -> Record | None:
	"""The order that is open for what is predicted of a CI, locked."""
	found = records.find(DOCTYPE, {"open_key": ci}, limit=1, for_update=True)
	return found[0] if found else None


def _new_order(ports: Ports, settings: MaintenanceSettings, prediction: Record) -> Record:
	ci = prediction["ci"]
	slot = propose_slot(ports.records, settings, prediction, settings.duration, ports.clock.now())
	return {
		"title": f"Preventive maintenance of {ci}: {said(prediction)}"[:140],
		"ci": ci,
		"kind": OrderKind.PREVENTIVE,
		"status": OrderStatus.OPEN,
		"open_key": ci,
		"duration_minutes": int(settings.duration.total_seconds()) // 60,
		"fails_by": prediction["fails_by"],
		"probability": prediction["probability"],
		"predictions": 1,
		"description": _source(prediction),
		**slot_fields(slot, NO_WINDOW),
	}


def said(prediction: Record) -> str:
	"""`78 % within 14 days`."""
	return f"{prediction['probability'] * 100:.0f} % within {prediction['horizon_days']:g} days"


def _source(prediction: Record) -> str:
	version = f" {prediction['model_version']}" if prediction["model_version"] else ""
	return f"{said(prediction)} by {prediction['model']}{version} ({prediction['source']})"


def _add_to(ports: Ports, settings: MaintenanceSettings, order: Record, prediction: Record) -> None:
	"""A further prediction for an open order: it counts, and brings the work forward where it fails sooner. What people
	have scheduled is theirs to move: they are told."""
	values: Record = {"predictions": order["predictions"] + 1, "probability": prediction["probability"]}
	is_sooner = order["planned_end"] is None or prediction["fails_by"] < order["planned_end"]
	if order["status"] == OrderStatus.OPEN and is_sooner:
		slot = propose_slot(ports.records, settings, prediction, settings.duration, ports.clock.now())
		empty = dict.fromkeys(("planned_start", "planned_end", "change_window", "expected_cost", "currency"))
		values |= {**empty, **slot_fields(slot, NO_WINDOW)}
	is_too_late = order["status"] == OrderStatus.SCHEDULED and is_sooner
	if is_too_late:
		values["slot_explanation"] = TOO_LATE
	values["fails_by"] = min(order["fails_by"] or prediction["fails_by"], prediction["fails_by"])
	changed = ports.records.update(DOCTYPE, order["name"], values)
	if order["hd_ticket"]:
		text = f"A further prediction: {_source(prediction)}. {when(ports.records, changed)}"
		comment(ports.records, order["hd_ticket"], f"<p>{escape(text)}</p>")
		if is_too_late or (order["planned_start"] is not None and changed["planned_start"] is None):
			_escalate(ports, changed, order["hd_ticket"])


def when(records: Records, order: Record) -> str:
	"""For which time an order is planned, in the time zone of its CI, and why."""
	if order["planned_start"] is None:
		return f"No time is planned: {order['slot_explanation']}"
	ci = records.get("OT CI", order["ci"]) or {}
	zone = zone_of_site(records, ci.get("plant_site"))
	start, end = (order[field].astimezone(zone) for field in ("planned_start", "planned_end"))
	window = f" in {order['change_window']}" if order["change_window"] else ""
	return f"Planned from {start:%Y-%m-%d %H:%M} to {end:%H:%M %Z}{window}. {order['slot_explanation']}"


def open_ticket(records: Records, order: Record) -> str:
	"""The ticket of a new order."""
	ci = records.get("OT CI", order["ci"]) or {}
	label = f"{ci.get('title') or order['ci']} ({ci.get('ci_class')})"
	paragraphs = (
		f"{label}: {order['description']}.",
		when(records, order),
		f"Order: {order['name']}.",
	)
	values = {
		"subject": order["title"],
		"description": "".join(f"<p>{escape(text)}</p>" for text in paragraphs),
		"ticket_type": TICKET_TYPE,
		"plant_root_ci": order["ci"],
		"plant_production_line": ci.get("production_line"),
		"priority": "P3",
	}
	raised_by = settings_of(records).raised_by
	ticket = records.insert(TICKET, values | ({"raised_by": raised_by} if raised_by else {}))
	return str(ticket["name"])


def _escalate(ports: Ports, order: Record, ticket: str) -> None:
	"""No window in time: the ticket becomes that of a degraded CI, with its priority and its people."""
	records, ci = ports.records, order["ci"]
	impact = weigh(EventKind.DEGRADED, ImpactModel(records).impact([ci], ports.clock.now()))
	priority = priority_for(records, EventKind.DEGRADED, incident_impact([impact]))
	values = {"ticket_type": settings_of(records).ticket_type} | (
		{"priority": priority.name} if priority else {}
	)
	records.update(TICKET, ticket, values)
	users = audience_of(records, [line.line.name for line in impact.lines]).users
	if users:
		message = f"<p>{escape(order['description'])}</p><p>{escape(order['slot_explanation'])}</p>"
		ports.notifier.notify(Notice(tuple(users), order["title"], message, TICKET, ticket))
