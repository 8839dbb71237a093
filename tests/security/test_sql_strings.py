"""No SQL as text, outside of the exceptions that are listed here with their reason."""

import pytest

from tests.security.sources import modules
from tests.security.sql_strings import sql_strings

EXCEPTIONS = {
	(
		"frappe_site/stamps.py::_table_stamps",
		"sql",
	): "a statement of the query builder that is kept for speed",
	(
		"embedded/store.py::SqliteRecords._select",
		"text",
	): "the constant rowid, which SQLite has beside the columns",
	("embedded/database.py::_prepare", "execute"): "a constant: how SQLite writes to the disk",
	("embedded/database.py::_begin", "exec_driver_sql"): "two constants: how a transaction begins",
	("embedded/spool.py::Spool.put", "exec_driver_sql"): "an insert that SQLAlchemy has compiled",
	("embedded/migration.py::write_ahead", "execute"): "two constants: how SQLite writes to the disk",
	("embedded/migration.py::_found", "text"): "a constant: which tables the file has",
	("embedded/migration.py::_Migration._add_column", "text"): "names of DocTypes, compiled and quoted",
	("embedded/migration.py::_Migration._renew_indexes", "exec_driver_sql"): "names of DocTypes, quoted",
	("embedded/migration.py::_Migration._count_writes", "exec_driver_sql"): "names of DocTypes, quoted",
}


def _found():
	return {one.key: one for name, source in modules() for one in sql_strings(name, source)}


def test_no_statement_is_written_as_text_but_the_listed_exceptions():
	unlisted = [
		f"{one.place}:{one.line} {one.word}" for key, one in _found().items() if key not in EXCEPTIONS
	]
	assert unlisted == []


def test_no_exception_is_listed_that_is_not_there():
	assert set(EXCEPTIONS) - set(_found()) == set()


@pytest.mark.parametrize(
	"planted",
	[
		"frappe.db.sql(f'select * from tabUser where name = {name}')",
		"frappe.db.multisql({'mariadb': ''})",
		"from sqlalchemy import text\nconnection.execute(text('DROP TABLE x'))",
		"connection.execute(f'DELETE FROM {table}')",
		"connection.exec_driver_sql(statement)",
	],
)
def test_a_statement_as_text_is_found(planted):
	assert sql_strings("services/planted.py", planted)
