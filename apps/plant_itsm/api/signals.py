"""What the forms of Signal Rule and Signal Dead Letter ask for: what a rule would have done, and a second judgement."""

from __future__ import annotations

import io
from typing import Any

import frappe
import redis
from frappe.core.doctype.file.file import File

from plant_itsm.domain.errors import PlantItsmError
from plant_itsm.domain.recordings import Recording
from plant_itsm.frappe_site.site import site_ports
from plant_itsm.ot_listeners.dead_letter_replay import replay_dead_letters
from plant_itsm.services.replay import replay
from plant_itsm.services.replay_result import Replay, changes

RULE, LETTER, CONNECTION = "Signal Rule", "Signal Dead Letter", "OT Connection"
MOST_SIGNALS = 20_000
MOST_BYTES = 20_000_000
MOST_DECISIONS = 500
MOST_LETTERS = 500
"""Bounds of one request; the command plant-itsm replay has none."""


@frappe.whitelist(methods=["POST"])
def try_rule(rule: str, file_url: str) -> dict[str, Any]:
	"""Run an attached recording through a Signal Rule as it was saved, enabled or not, without writing anything.

	{decisions: [{time, outcome, address, value, reason}], more: bool, stops: [...], counts: {...}}; times are those of
	the recorded plant.
	"""
	frappe.has_permission(RULE, "read", throw=True)
	frappe.has_permission("Line Stop", "read", throw=True)
	document = frappe.get_doc(RULE, rule)
	document.check_permission("read")
	try:
		result = replay(
			site_ports(),
			Recording(file_url.rpartition("/")[2], _lines(file_url)),
			connection=document.connection,
			rules=[rule],
			most_signals=MOST_SIGNALS,
		)
	except PlantItsmError as error:
		frappe.throw(str(error))
	return _of_rule(rule, result)


@frappe.whitelist(methods=["POST"])
def replay_letters(names: list[str] | str) -> dict[str, Any]:
	"""Let the drain judge the signals of dead letters once more: {queued: [name], refused: [[name, why]]}.

	It may open and end incidents, so it takes the right to change the OT Connection that each came by.
	"""
	frappe.has_permission(LETTER, "read", throw=True)
	frappe.has_permission(CONNECTION, "write", throw=True)
	chosen: list[str] = frappe.parse_json(names) if isinstance(names, str) else names
	if len(chosen) > MOST_LETTERS:
		too_many = frappe._("{0} dead letters are too many at once: choose up to {1}.")
		frappe.throw(too_many.format(len(chosen), MOST_LETTERS))
	for name in chosen:
		letter = frappe.get_doc(LETTER, name)
		letter.check_permission("read")
		frappe.get_doc(CONNECTION, letter.connection).check_permission("write")
	try:
		request = replay_dead_letters(site_ports(), chosen, frappe.session.user)
	except (redis.ConnectionError, redis.TimeoutError) as error:
		frappe.throw(frappe._("Redis does not answer: {0}. Try again.").format(error))
	return request.as_json()


def _lines(file_url: str) -> io.StringIO:
	"""The lines of a file of the site that the user may read."""
	names = frappe.get_all("File", filters={"file_url": file_url, "is_folder": 0}, pluck="name")
	if not names:
		missing = frappe._("There is no file {0}. Attach the recording.")
		frappe.throw(missing.format(file_url), frappe.DoesNotExistError)
	files: list[File] = [frappe.get_doc("File", name) for name in names]
	file = next((one for one in files if one.has_permission("read")), files[0])
	file.check_permission("read")
	if file.is_remote_file or (file.file_size or 0) > MOST_BYTES:
		elsewhere = frappe._("{0} is too large, or lies elsewhere. Use the command plant-itsm replay.")
		frappe.throw(elsewhere.format(file_url))
	content = file.get_content()
	return io.StringIO(content.decode("utf-8", "replace") if isinstance(content, bytes) else content)


def _of_rule(rule: str, result: Replay) -> dict[str, Any]:
	whole = result.as_json()
	moved = [decision for decision in changes(result.decisions) if decision.rule in (rule, "")]
	return {
		"decisions": [
			{
				"time": result.clock(decision.at),
				"outcome": str(decision.outcome),
				"address": decision.address,
				"value": decision.value,
				"reason": decision.reason,
			}
			for decision in moved[:MOST_DECISIONS]
		],
		"more": len(moved) > MOST_DECISIONS,
		"stops": [
			{
				"title": stop.title,
				"onset": result.clock(stop.onset),
				"ended_at": result.clock(stop.ended_at) if stop.ended_at else None,
				"cost_per_hour": str(stop.cost_per_hour) if stop.cost_per_hour else None,
				"cost": str(stop.cost) if stop.cost else None,
				"lines": [line.production_line for line in stop.lines],
			}
			for stop in result.stops
			if stop.signal_rule == rule
		],
		"counts": whole["counts"],
		"zone": result.header.zone,
	}
