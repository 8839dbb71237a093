"""The transaction of the current database connection, as the Records port promises it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from plant_itsm.frappe_site import name_blocks
from plant_itsm.frappe_site.store_errors import is_connection_loss, store_errors

_OPEN = "plant_itsm_transaction_is_open"


def is_open() -> bool:
	"""Whether the caller is inside a block of `transaction`."""
	return bool(frappe.flags.get(_OPEN))


@contextmanager
def transaction() -> Iterator[None]:
	"""Commit at the end of the block, roll back when it raises; a block within a block joins it.

	The outer block begins with a commit: what the caller wrote before stays whatever happens here, and the first read
	takes a fresh snapshot instead of the one that the connection may have held for hours.
	"""
	if is_open():
		yield
		return
	with store_errors():
		frappe.db.commit()  # a transaction of ours begins; nosemgrep
	frappe.flags[_OPEN] = True
	try:
		with store_errors():
			yield
			name_blocks.give_back()
			frappe.db.commit()  # and ends; nosemgrep
	except BaseException:
		name_blocks.forget()
		_roll_back()
		raise
	finally:
		frappe.flags[_OPEN] = False


def _roll_back() -> None:
	"""Roll back; with a lost connection the server has done so already."""
	try:
		frappe.db.rollback()
	except Exception as error:
		if not is_connection_loss(error):
			raise
		frappe.db.close()
