"""Sites from before hierarchies were checked have "part of" as a plain relation type: let cycles of it be refused."""

from __future__ import annotations

from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.services.upgrades import refuse_cycles_of_part_of


def execute() -> None:
	refuse_cycles_of_part_of(FrappeRecords())
