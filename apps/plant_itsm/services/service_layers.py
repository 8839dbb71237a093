"""The service architecture of a plant: its CIs by class in the four layers, and what of them is in trouble."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plant_itsm.domain.cmdb import CI, Node
from plant_itsm.domain.vocabulary import CIStatus, ServiceLayer
from plant_itsm.ports import Record, Records
from plant_itsm.services.open_stops import Trouble, open_troubles


@dataclass(frozen=True)
class ClassInUse:
	"""A CI class with the number of its CIs in use, and those of them that are the root of an open stop."""

	name: str
	count: int
	troubles: Mapping[str, Trouble]

	def as_json(self) -> dict[str, Any]:
		troubles = [
			{"ci": ci, "state": str(trouble.state), "stop": trouble.stop}
			for ci, trouble in self.troubles.items()
		]
		return {"ci_class": self.name, "count": self.count, "troubles": troubles}


def service_layers(records: Records, plant_sites: Iterable[str]) -> dict[ServiceLayer, list[ClassInUse]]:
	"""Every layer, top first, with its classes by name, at some Plant Sites; a class without a CI there is left out."""
	at_sites = {"status": CIStatus.ACTIVE, "plant_site": ("in", list(plant_sites))}
	troubles = _troubles_by_class(records, at_sites)
	layers: dict[ServiceLayer, list[ClassInUse]] = {layer: [] for layer in ServiceLayer}
	for ci_class in records.find("CI Class"):
		count = records.count(CI, {**at_sites, "ci_class": ci_class["name"]})
		if count:
			in_use = ClassInUse(ci_class["name"], count, troubles.get(ci_class["name"], {}))
			layers[ServiceLayer(ci_class["service_layer"])].append(in_use)
	return layers


def _troubles_by_class(records: Records, at_sites: Record) -> dict[str, dict[str, Trouble]]:
	troubles = open_troubles(records)
	roots = [node.name for node in troubles if node.kind == CI]
	found: dict[str, dict[str, Trouble]] = {}
	for row in records.find(CI, {**at_sites, "name": ("in", roots)}):
		found.setdefault(row["ci_class"], {})[row["name"]] = troubles[Node(CI, row["name"])]
	return found
