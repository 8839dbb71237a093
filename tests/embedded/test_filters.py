"""Filters whose size a plant decides."""

from __future__ import annotations

from plant_itsm.embedded.store import SqliteRecords


def test_a_record_is_found_among_thousands_of_values(records: SqliteRecords):
	"""The drain asks for the states of all rules of a connection at once."""
	records.insert("Role", {"role_name": "Role 19999"})
	wanted = [f"Role {number}" for number in range(20_000)]
	assert [row["name"] for row in records.find("Role", {"role_name": ("in", wanted)})] == ["Role 19999"]
