"""What completed orders take out of the own count of spare parts, each order and part once.

A part that names an item of ERPNext is counted there; its orders make a draft of a Stock Entry instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from plant_itsm.domain.errors import InvalidRecordError, MissingRecordError
from plant_itsm.domain.maintenance_words import OrderStatus
from plant_itsm.domain.signals import key_of
from plant_itsm.ports import Record, Records
from plant_itsm.services.spares import PART
from plant_itsm.services.work_orders import DOCTYPE as ORDER

DOCTYPE = "Spare Movement"


def order_changed(records: Records, order: Mapping[str, Any]) -> None:
	"""Take out the parts of an order that is done."""
	if order["status"] != OrderStatus.DONE:
		return
	for part, quantity in sorted(parts_of(records, order["name"]).items()):
		key = key_of(order["name"], part)
		if not records.count(DOCTYPE, {"movement_key": key}):
			_take_out(records, part, quantity, order["name"], key)


def parts_of(records: Records, order: str, *, in_erpnext: bool = False) -> Counter[str]:
	"""How many of each part an order has used, of those that we count ourselves, or of those that ERPNext counts."""
	used: Counter[str] = Counter()
	for row in (records.get(ORDER, order) or {"parts": []})["parts"]:
		part = records.get(PART, row["spare_part"]) or {}
		if bool(part.get("erpnext_item_code")) == in_erpnext and row["quantity"]:
			used[row["spare_part"]] += row["quantity"]
	return used


def _take_out(records: Records, part: str, quantity: int, order: str, key: str) -> None:
	found: Record | None = records.get(PART, part, for_update=True)
	if found is None:
		raise MissingRecordError(f"{PART} {part!r} does not exist. Check the name.")
	left = (found["on_hand"] or 0) - quantity
	if left < 0:
		raise InvalidRecordError(
			f"Maintenance Order {order}: {quantity} of {part} were used, but only {found['on_hand'] or 0} are on hand."
			" Correct the count of the part, then complete the order.",
			fieldname="parts",
			value=quantity,
		)
	records.update(PART, part, {"on_hand": left})
	records.insert(
		DOCTYPE,
		{
			"spare_part": part,
			"quantity": -quantity,
			"on_hand_after": left,
			"moved_at": records.writer().at.replace(microsecond=0),
			"maintenance_order": order,
			"movement_key": key,
		},
	)
