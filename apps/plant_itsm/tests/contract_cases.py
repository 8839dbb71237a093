"""The contract that every adapter of the Records port keeps; it holds on SQLite as on a site's MariaDB.

Mix one of the suites into a TestCase that sets `records` in setUp (and `ports` for the incidents) and removes
afterwards what the case has written (WRITTEN_DOCTYPES, named after or linked to its `prefix`). Nothing in here imports
frappe.
"""

from plant_itsm.tests.contract_drills import DrillsContract
from plant_itsm.tests.contract_finds import FindsContract
from plant_itsm.tests.contract_history import HistoryContract
from plant_itsm.tests.contract_impact import ImpactContract
from plant_itsm.tests.contract_incidents import IncidentsContract
from plant_itsm.tests.contract_inventory import InventoryContract
from plant_itsm.tests.contract_plant import WRITTEN_DOCTYPES
from plant_itsm.tests.contract_plant_loads import PlantLoadsContract
from plant_itsm.tests.contract_response import ResponseContract
from plant_itsm.tests.contract_retiring import RetiringContract
from plant_itsm.tests.contract_rules import RulesContract
from plant_itsm.tests.contract_values import ValuesContract
from plant_itsm.tests.contract_writes import WritesContract

__all__ = [
	"WRITTEN_DOCTYPES",
	"DrillsContract",
	"ImpactContract",
	"IncidentsContract",
	"RecordsContract",
	"ResponseContract",
]


class RecordsContract(
	ValuesContract,
	WritesContract,
	FindsContract,
	RulesContract,
	InventoryContract,
	HistoryContract,
	RetiringContract,
	PlantLoadsContract,
):
	"""Every case of the Records port."""
