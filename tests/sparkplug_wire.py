"""Sparkplug B payloads written field by field, without the protobuf library that reads them."""

from __future__ import annotations

import struct
from datetime import datetime

INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 = range(1, 9)
FLOAT, DOUBLE, BOOLEAN, STRING, DATETIME, TEXT, UUID, DATASET, BYTES, FILE, TEMPLATE = range(9, 20)


def varint(number: int) -> bytes:
	number &= 2**64 - 1
	out = bytearray()
	while True:
		out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
		number >>= 7
		if not number:
			return bytes(out)


def whole(field: int, number: int) -> bytes:
	return varint(field << 3) + varint(number)


def block(field: int, content: bytes) -> bytes:
	return varint(field << 3 | 2) + varint(len(content)) + content


def milliseconds(moment: datetime) -> int:
	return int(moment.timestamp() * 1000)


def value(datatype: int, value: object) -> bytes:
	"""The value of a metric in the field that its data type belongs to."""
	if isinstance(value, bytes):
		return block(16, value)
	if isinstance(value, str):
		return block(15, value.encode())
	if isinstance(value, bool):
		return whole(14, value)
	if datatype == FLOAT:
		return varint(12 << 3 | 5) + struct.pack("<f", value)
	if datatype == DOUBLE:
		return varint(13 << 3 | 1) + struct.pack("<d", value)
	if datatype in (INT8, INT16, INT32):
		return whole(10, value & 0xFFFFFFFF)
	return whole(10 if datatype in (UINT8, UINT16) else 11, value)


def quality(number: int) -> bytes:
	"""The properties of a metric with this Quality."""
	return block(9, block(1, b"Quality") + block(2, whole(1, INT32) + whole(3, number)))


def metric(
	name: str | None = None,
	held: object = None,
	datatype: int = BOOLEAN,
	*,
	alias: int | None = None,
	time: datetime | None = None,
	typed: bool = True,
	historical: bool = False,
	more: bytes = b"",
) -> bytes:
	"""One metric. held: its value, None for a null. typed: whether it carries its data type. more: further fields."""
	parts = [
		block(1, name.encode()) if name is not None else b"",
		whole(2, alias) if alias is not None else b"",
		whole(3, milliseconds(time)) if time else b"",
		whole(4, datatype) if typed else b"",
		whole(5, 1) if historical else b"",
		whole(7, 1) if held is None else b"",
		more,
		value(datatype, held) if held is not None else b"",
	]
	return b"".join(parts)


def payload(*metrics: bytes, seq: int | None = None, time: datetime | None = None) -> bytes:
	parts = [whole(1, milliseconds(time)) if time else b""]
	parts += [block(2, one) for one in metrics]
	parts.append(whole(3, seq) if seq is not None else b"")
	return b"".join(parts)


def bd_seq(number: int) -> bytes:
	return metric("bdSeq", number, INT64)
