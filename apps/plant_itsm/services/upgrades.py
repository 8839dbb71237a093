"""What records of an earlier version need beside new tables and fields. Each step adds what is missing, touches nothing
that people have chosen, and may be run again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from plant_itsm.ports import Records
from plant_itsm.services.cmdb_tree import PART_OF
from plant_itsm.services.plants import VOCABULARY, load_vocabulary

STEPS = 1
"""Rises with each step that is added to `upgrade`."""
RELATION_TYPE = "CI Relation Type"


def schema_version(folders: Iterable[Path] = (VOCABULARY,)) -> str:
	"""Differs whenever there are new words or steps: "steps-fingerprint of the words"."""
	digest = hashlib.sha256()
	for folder in folders:
		for path in sorted(folder.glob("*.csv")):
			digest.update(path.read_bytes())
	return f"{STEPS}-{digest.hexdigest()[:12]}"


def upgrade(records: Records, folders: Iterable[Path] = (VOCABULARY,)) -> None:
	with records.transaction():
		for folder in folders:
			load_vocabulary(records, folder)
		refuse_cycles_of_part_of(records)


def refuse_cycles_of_part_of(records: Records) -> None:
	"""Before hierarchies were checked, "part of" was a plain relation type."""
	if records.get(RELATION_TYPE, PART_OF) is not None:
		records.update(RELATION_TYPE, PART_OF, {"is_hierarchy": True})
