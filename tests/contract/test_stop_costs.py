"""What line stops cost, and their corrections, on the embedded edition's SQLite file."""

from plant_itsm.tests.contract_stop_costs import StopCostsContract
from plant_itsm.tests.contract_stop_history import StopHistoryContract
from tests.contract.test_embedded import OnSqlite


class TestStopCostsOnSqlite(StopCostsContract, OnSqlite):
	pass


class TestStopHistoryOnSqlite(StopHistoryContract, OnSqlite):
	pass
