"""What Frappe and its database raise, as the errors that the Records port names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import strip_html

from plant_itsm.domain.errors import (
	DuplicateRecordError,
	InvalidRecordError,
	PlantItsmError,
	StoreUnavailableError,
)

CLIENT_ERRORS = range(2000, 3000)
"""MariaDB numbers what its client library meets from 2000: cannot connect, gone away, lost during the query."""
SERVER_AWAY = frozenset({1021, 1040, 1041, 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1203, 1290, 1927})
"""Disk full, too many connections, out of memory, shutting down, connection aborted or killed, read-only server."""
_DUPLICATE = re.compile(r"Duplicate entry '(?P<value>.*)' for key '(?P<key>.*)'")
_savepoints = itertools.count(1)


@contextmanager
def store_errors() -> Iterator[None]:
	"""Raise StoreUnavailableError for whatever the same call may not meet again later."""
	try:
		yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, frappe.InReadOnlyMode) as error:
		raise StoreUnavailableError(f"The database gave up on this for now ({error}). Try again.") from error
	except Exception as error:
		if not is_connection_loss(error):
			raise
		frappe.db.close()  # the next statement connects anew
		raise StoreUnavailableError(
			f"The database is away ({error}). Start it; this is tried again."
		) from error


def is_connection_loss(error: Exception) -> bool:
	if frappe.db.is_interface_error(error):
		return True
	if not isinstance(error, (frappe.db.OperationalError, frappe.db.InternalError)):
		return False
	code = error.args[0] if error.args else None
	return code in CLIENT_ERRORS or code in SERVER_AWAY


@contextmanager
def refused_write(what: str) -> Iterator[None]:
	"""Undo a write that is refused, alone, and raise our error for it; `what` begins its text.

	Messages to the browser are held back: whoever catches the error decides what is shown.
	"""
	savepoint = f"plant_itsm_{next(_savepoints)}"
	muted, frappe.flags.mute_messages = frappe.flags.mute_messages, True
	frappe.db.savepoint(savepoint)
	try:
		with refused_statement(what):
			yield
	except PlantItsmError as error:
		if not isinstance(error, StoreUnavailableError):
			frappe.db.rollback(save_point=savepoint)
		raise
	else:
		frappe.db.release_savepoint(savepoint)
	finally:
		frappe.flags.mute_messages = muted


@contextmanager
def refused_statement(what: str) -> Iterator[None]:
	"""The same for a write of a single statement: there is nothing to undo when the database refuses it."""
	try:
		yield
	except (frappe.InReadOnlyMode, StoreUnavailableError):
		raise
	except _REFUSALS as error:
		raise _refusal(what, error) from error
	except frappe.db.DataError as error:
		raise InvalidRecordError(f"{what}: {error.args[-1]}. Shorten or correct the value.") from error


_REFUSALS = (PlantItsmError, frappe.ValidationError, frappe.NameError)


def _refusal(what: str, error: Exception) -> PlantItsmError:
	ours = _our_error(error)
	if ours is not None:
		return ours
	if isinstance(error, (frappe.DuplicateEntryError, frappe.UniqueValidationError)):
		return DuplicateRecordError(_duplicate_text(error))
	text = strip_html(str(error)).strip() or type(error).__name__
	if isinstance(error, frappe.MandatoryError):
		missing = text.rpartition("]: ")[2]
		return InvalidRecordError(f"{what}: {missing} is missing. Enter a value.")
	return InvalidRecordError(f"{what}: {text}")


def _our_error(error: BaseException | None) -> PlantItsmError | None:
	"""Our own error, when a controller turned it into one of Frappe's for the browser."""
	while error is not None:
		if isinstance(error, PlantItsmError):
			return error
		error = error.__cause__ or error.__context__
	return None


def _duplicate_text(error: Exception) -> str:
	"""Both of Frappe's errors hold the DocType, the name and what the database said."""
	doctype, name = error.args[:2]
	found = _DUPLICATE.search(str(error))
	if found is None or found["key"] == "PRIMARY":
		return f"{doctype} {name!r} exists already. Use it, or choose another name."
	return f"{doctype}: {found['key']} {found['value']!r} exists already. Use that record, or give another value."
