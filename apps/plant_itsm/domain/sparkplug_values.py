"""The value of a Sparkplug B metric, by its data type (Sparkplug 3.0, section 6.4.16)."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable
from typing import Any

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.signals import GOOD
from plant_itsm.domain.sparkplug_payload import BAD, UNCERTAIN, SparkplugMetric

_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED = {5: 8, 6: 16, 7: 32, 8: 64, 13: 64}  # 13 is DateTime: milliseconds since 1970
_FLOAT32, _FLOAT64 = 9, 10
_BOOLEAN = 11
_TEXTS = {12, 14, 15}  # String, Text, UUID
_BYTES = {17, 18}  # Bytes, File
_NOT_READ = {16: "DataSet", 19: "Template", 20: "PropertySet", 21: "PropertySetList"}
_NOT_READ_KINDS = {
	"dataset_value": "DataSet",
	"template_value": "Template",
	"extension_value": "extension",
}
_ARRAYS = {22: "b", 23: "h", 24: "i", 25: "q", 26: "B", 27: "H", 28: "I", 29: "Q", 30: "f", 31: "d", 34: "Q"}
_BOOLEAN_ARRAY, _STRING_ARRAY = 32, 33


def unread_type(metric: SparkplugMetric, datatype: int | None) -> str:
	"""The name of a type that is known, but not read (data sets, templates); "" for every other."""
	return _NOT_READ.get(datatype or 0, "") or _NOT_READ_KINDS.get(metric.kind or "", "")


def metric_value(metric: SparkplugMetric, datatype: int | None) -> tuple[Any, str]:
	"""Value and quality. Integers are signed by their type, arrays are lists, bytes are Base64.

	A metric without a value is uncertain and a number that is none is bad: neither says anything about the machine.
	Raises PayloadError when the value does not fit its data type.
	"""
	if metric.kind is None:
		return None, UNCERTAIN if metric.quality == GOOD else metric.quality
	reader = _reader(datatype)
	if reader is None:
		raise PayloadError(f"metric {metric.label} has no data type that Sparkplug B knows ({datatype})")
	try:
		value = reader(metric.kind, metric.raw)
	except (_MisfitError, struct.error, ValueError, OverflowError) as error:
		raise PayloadError(
			f"metric {metric.label}: {metric.kind} does not fit data type {datatype} ({error})"
		) from None
	if isinstance(value, float) and not math.isfinite(value):
		return None, BAD
	return value, metric.quality


class _MisfitError(Exception):
	pass


def _reader(datatype: int | None) -> Callable[[str, Any], Any] | None:
	if datatype in _SIGNED:
		return lambda kind, raw: _signed(_whole(kind, raw), _SIGNED[datatype])
	if datatype in _UNSIGNED:
		return lambda kind, raw: _unsigned(_whole(kind, raw), _UNSIGNED[datatype])
	if datatype in _ARRAYS:
		return lambda kind, raw: _array(_only("bytes_value", kind, raw), _ARRAYS[datatype])
	return _OTHERS.get(datatype or 0)


def _whole(kind: str, raw: Any) -> int:
	if kind not in ("int_value", "long_value"):
		raise _MisfitError("not a whole number")
	return int(raw)


def _signed(raw: int, bits: int) -> int:
	"""Two's complement, also of a number that the source has extended to 32 or 64 bits."""
	for width in (bits, 32, 64):
		if raw < 1 << width:
			value = raw - (1 << width) if raw >> (width - 1) else raw
			if -(1 << (bits - 1)) <= value < 1 << (bits - 1):
				return value
	raise _MisfitError(f"{raw} needs more than {bits} bits")


def _unsigned(raw: int, bits: int) -> int:
	if raw >> bits:
		raise _MisfitError(f"{raw} needs more than {bits} bits")
	return raw


def _only(wanted: str, kind: str, raw: Any) -> Any:
	if kind != wanted:
		raise _MisfitError(f"{wanted} is needed")
	return raw


def _float32(kind: str, raw: Any) -> float:
	"""The shortest decimal number that is this 32-bit float: 0.1, not 0.10000000149011612."""
	value = _float64(kind, raw)
	if not math.isfinite(value):
		return value
	wanted = struct.pack("<f", value)
	shorter = (float(f"{value:.{digits}g}") for digits in (6, 7, 8))
	return next((number for number in shorter if struct.pack("<f", number) == wanted), value)


def _float64(kind: str, raw: Any) -> float:
	if kind not in ("float_value", "double_value"):
		raise _MisfitError("not a floating-point number")
	return float(raw)


def _text(kind: str, raw: Any) -> str:
	return str(_only("string_value", kind, raw).decode("utf-8"))


def _array(raw: bytes, form: str) -> list[Any]:
	return [_finite(number) for (number,) in struct.iter_unpack(f"<{form}", raw)]


def _finite(number: Any) -> Any:
	return None if isinstance(number, float) and not math.isfinite(number) else number


def _booleans(kind: str, raw: Any) -> list[bool]:
	packed = _only("bytes_value", kind, raw)
	(count,) = struct.unpack_from("<I", packed)
	if not (count + 7) // 8 == len(packed) - 4:
		raise _MisfitError(f"{count} booleans in {len(packed) - 4} bytes")
	return [bool(packed[4 + index // 8] >> (7 - index % 8) & 1) for index in range(count)]


def _texts(kind: str, raw: Any) -> list[str]:
	packed: bytes = _only("bytes_value", kind, raw)
	return [text.decode("utf-8") for text in packed.split(b"\0")[:-1]]


_OTHERS: dict[int, Callable[[str, Any], Any]] = {
	_FLOAT32: _float32,
	_FLOAT64: _float64,
	_BOOLEAN: lambda kind, raw: _only("boolean_value", kind, raw),
	_BOOLEAN_ARRAY: _booleans,
	_STRING_ARRAY: _texts,
	**dict.fromkeys(_TEXTS, _text),
	**dict.fromkeys(_BYTES, lambda kind, raw: base64.b64encode(_only("bytes_value", kind, raw)).decode()),
}
