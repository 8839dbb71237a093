"""Maintenance mode of the CIs of a change: on from its start to its end, so that its signals open no incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from plant_itsm.domain.change_words import ChangeStatus
from plant_itsm.domain.vocabulary import MaintenanceScope
from plant_itsm.ports import Record, Records
from plant_itsm.services.change_requests import DOCTYPE, cis_of, span_of

MODE = "Maintenance Mode"
USUAL_LENGTH = timedelta(hours=1)
"""Of an emergency of which nobody has said how long it takes; the tick goes on with it."""
SECOND = timedelta(seconds=1)


def follow(records: Records, record: Mapping[str, Any]) -> None:
	"""Put the CIs of a change that runs in maintenance mode, and end that with the change."""
	change = records.get(DOCTYPE, record["name"]) if record["actual_start"] else None
	if change is None:
		return
	modes = records.find(MODE, {"change_request": change["name"]})
	if change["status"] == ChangeStatus.IN_PROGRESS:
		_start(records, change, {row["target"] for row in modes})
	elif change["actual_end"]:
		_end(records, modes, change["actual_end"])


def _start(records: Records, change: Record, known: set[str]) -> None:
	span = span_of(change)
	start = change["actual_start"]
	for ci in cis_of(change):
		if ci not in known:
			records.insert(
				MODE,
				{
					"scope": MaintenanceScope.CI,
					"target": ci,
					"starts_at": start,
					"ends_at": span.end if span else start + USUAL_LENGTH,
					"reason": f"{change['name']}: {change['title']}",
					"change_request": change["name"],
				},
			)


def _end(records: Records, modes: list[Record], end: datetime) -> None:
	for mode in modes:
		if mode["ends_at"] > end:
			records.update(MODE, mode["name"], {"ends_at": max(end, mode["starts_at"] + SECOND)})


def go_on(records: Records, change: str, until: datetime) -> None:
	"""Keep a change that overruns in maintenance mode: its signals still come from people at work."""
	for mode in records.find(MODE, {"change_request": change, "ends_at": ("<", until)}):
		records.update(MODE, mode["name"], {"ends_at": until})
