"""The costs that lie beside a plant's files: masters in its folder `costs`, entries to post in `costs/entries`."""

from __future__ import annotations

from pathlib import Path

from plant_itsm.domain.errors import PlantFileError
from plant_itsm.ports import Records
from plant_itsm.services.cost_files import PostReport, post_files
from plant_itsm.services.plants import LoadReport, load_plant

COSTS, ENTRIES = "costs", "entries"


def has_costs(plant: Path) -> bool:
	return (plant / COSTS / ENTRIES).is_dir()


def load_costs(records: Records, plant: Path) -> tuple[LoadReport, PostReport]:
	"""Load the masters of a plant's costs and post its entries. Raises PlantFileError where it has none."""
	folder = plant / COSTS
	if not has_costs(plant):
		text = f"{plant} has no costs. Make a folder {COSTS} with masters, in it {ENTRIES} with Plant Cost Entry.csv."
		raise PlantFileError([text])
	return load_plant(records, folder), post_files(records, folder / ENTRIES)
