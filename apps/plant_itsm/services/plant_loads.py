"""What loads of plants have added, so that it can be taken away again: only that, and only while nothing is built upon
it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from plant_itsm.domain.errors import MissingRecordError, PlantInUseError, RecordInUseError
from plant_itsm.ports import Record, Records
from plant_itsm.services.plant_check import ADDED, CHANGED, PlannedWrite

LOAD = "Plant Load"
LOADED, UNLOADED = "Loaded", "Unloaded"
_FOLLOWING = (
	("OT Connection", "OT Connection State", "connection"),
	("OT Connection", "Sparkplug Node", "connection"),
	("Signal Rule", "Signal State", "signal_rule"),
	("Production Line", "Line OEE State", "production_line"),
	("Production Line", "Line Shift Record", "production_line"),
)
"""(DocType of a plant, DocType, link): what plant_itsm computes by itself about its records. It goes with them."""

_Named = tuple[str, str]
"""(DocType, name)"""


def note_load(records: Records, plant: str, writes: Sequence[PlannedWrite]) -> None:
	"""Note what a load has added; a load that has added nothing is not noted."""
	added = [[write.row.doctype, str(write.name)] for write in writes if write.action == ADDED]
	if not added:
		return
	writer = records.writer()
	records.insert(
		LOAD,
		{
			"plant": plant,
			"added": len(added),
			"changed": Counter(write.action for write in writes)[CHANGED],
			"loaded_at": writer.at,
			"loaded_by": writer.user,
			"records": json.dumps(added),
		},
	)


def load_named(records: Records, name: str) -> Record:
	"""A load by its name, or the newest of a plant that is still loaded. Raises MissingRecordError."""
	found = records.get(LOAD, name)
	if found is not None:
		return found
	loads = records.find(
		LOAD, {"plant": name, "status": LOADED}, order_by="loaded_at", descending=True, limit=1
	)
	if loads:
		return loads[0]
	known = ", ".join(sorted({row["plant"] for row in records.find(LOAD, {"status": LOADED})})) or "none"
	raise MissingRecordError(f"No plant {name!r} is loaded that could be unloaded. Loaded: {known}.")


def unload_plant(records: Records, name: str) -> int:
	"""Remove the records that a load has added, all or none, and return their number.

	Records of the load that are gone already are passed over. Raises MissingRecordError, or PlantInUseError with every
	record of others that is built upon one of them; then nothing was removed.
	"""
	with records.transaction():
		load = records.get(LOAD, load_named(records, name)["name"], for_update=True)
		if load is None or load["status"] != LOADED:
			raise MissingRecordError(f"Plant Load {name!r} has been unloaded already.")
		loaded = [(doctype, one) for doctype, one in json.loads(load["records"])]
		for doctype, one in _following(records, loaded):
			records.delete(doctype, one)
		removed = _delete_all(records, [one for one in loaded if records.get(*one) is not None])
		writer = records.writer()
		records.update(
			LOAD,
			load["name"],
			{"status": UNLOADED, "unloaded_at": writer.at, "unloaded_by": writer.user},
		)
	return removed


def _following(records: Records, loaded: Sequence[_Named]) -> Iterator[_Named]:
	for doctype, following, link in _FOLLOWING:
		names = [name for one, name in loaded if one == doctype]
		if names:
			yield from ((following, row["name"]) for row in records.find(following, {link: ("in", names)}))


def _delete_all(records: Records, loaded: Sequence[_Named]) -> int:
	"""The last first; records of one plant may point to each other, so those that are refused are tried again after the
	others have gone."""
	waiting = list(reversed(loaded))
	while waiting:
		refused: list[tuple[_Named, RecordInUseError]] = []
		for doctype, name in waiting:
			try:
				records.delete(doctype, name)
			except RecordInUseError as error:
				refused.append(((doctype, name), error))
		if len(refused) == len(waiting):
			raise PlantInUseError([str(error) for _one, error in refused])
		waiting = [one for one, _error in refused]
	return len(loaded)
