"""The labels that were printed for CIs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plant_itsm.ports import Records


def note_printed(records: Records, cis: Iterable[str], now: datetime) -> None:
	"""Keep when the label of each CI was printed last."""
	for ci in cis:
		records.update("OT CI", ci, {"label_printed_on": now})
