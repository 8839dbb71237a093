"""The protobuf payload of Sparkplug B 3.0 (chapter 6), read into plain values.

The message description is built here, from the field numbers of the specification. It leaves out what we do not read:
data sets, templates, metadata and extensions stay bytes, so their depth costs nothing. Texts are bytes in the
description too, because the implementations of protobuf differ in how they treat text that is no UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from plant_itsm.domain.errors import PayloadError
from plant_itsm.domain.signals import GOOD
from plant_itsm.domain.sparkplug_topics import REBIRTH_METRIC

BAD, UNCERTAIN, STALE = "bad", "uncertain", "stale"
BD_SEQ = "bdSeq"
BOOLEAN = 11
QUALITY_PROPERTY = "Quality"

_PACKAGE = "org.eclipse.tahu.protobuf"
_COMPRESSED = b"SPBV1.0_COMPRESSED"
_LATEST_MS = 253_402_300_799_999  # the end of the year 9999
_HIGHEST_BD_SEQ = 2**31 - 1  # lenient: what a column holds
_Field = descriptor_pb2.FieldDescriptorProto
_U32, _U64, _BYTES, _BOOL = _Field.TYPE_UINT32, _Field.TYPE_UINT64, _Field.TYPE_BYTES, _Field.TYPE_BOOL
_FLOAT, _DOUBLE = _Field.TYPE_FLOAT, _Field.TYPE_DOUBLE

_PAYLOAD = {"timestamp": (1, _U64), "metrics": (2, "Metric"), "seq": (3, _U64), "uuid": (4, _BYTES)}
_METRIC = {
	"name": (1, _BYTES),
	"alias": (2, _U64),
	"timestamp": (3, _U64),
	"datatype": (4, _U32),
	"is_historical": (5, _BOOL),
	"is_transient": (6, _BOOL),
	"is_null": (7, _BOOL),
	"properties": (9, "PropertySet"),
}
_METRIC_VALUE = {
	"int_value": (10, _U32),
	"long_value": (11, _U64),
	"float_value": (12, _FLOAT),
	"double_value": (13, _DOUBLE),
	"boolean_value": (14, _BOOL),
	"string_value": (15, _BYTES),
	"bytes_value": (16, _BYTES),
	"dataset_value": (17, _BYTES),
	"template_value": (18, _BYTES),
	"extension_value": (19, _BYTES),
}
_PROPERTY_SET = {"keys": (1, _BYTES), "values": (2, "PropertyValue")}
_PROPERTY_VALUE = {"type": (1, _U32), "is_null": (2, _BOOL), "int_value": (3, _U32), "long_value": (4, _U64)}
_REPEATED = {"metrics", "keys", "values"}


def _message_class() -> Any:
	"""The class of Payload, in a pool of its own: another package may have registered the same names."""
	file = descriptor_pb2.FileDescriptorProto(
		name="plant_itsm/sparkplug_b.proto", package=_PACKAGE, syntax="proto2"
	)
	for name, fields in (
		("PropertyValue", _PROPERTY_VALUE),
		("PropertySet", _PROPERTY_SET),
		("Metric", _METRIC),
		("Payload", _PAYLOAD),
	):
		_describe(file.message_type.add(name=name), fields)
	metric = file.message_type[2]
	metric.oneof_decl.add(name="value")
	_describe(metric, _METRIC_VALUE, oneof_index=0)
	pool = descriptor_pool.DescriptorPool()
	pool.Add(file)
	return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


def _describe(message: Any, fields: dict[str, tuple[int, Any]], **more: int) -> None:
	for name, (number, kind) in fields.items():
		label = _Field.LABEL_REPEATED if name in _REPEATED else _Field.LABEL_OPTIONAL
		field = message.field.add(name=name, number=number, label=label, **more)
		if isinstance(kind, str):
			field.type, field.type_name = _Field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
		else:
			field.type = kind


_Payload = _message_class()


@dataclass(frozen=True)
class SparkplugMetric:
	"""One metric as it stands in a message; its value still needs the data type, which may be known from the birth.

	kind: the field that holds `raw`, for example "int_value"; None where the metric has no value. time: aware; None
	where the metric has none of its own. problem: why it cannot be used.
	"""

	name: str | None
	alias: int | None
	datatype: int | None
	kind: str | None
	raw: Any
	time: datetime | None = None
	is_historical: bool = False
	quality: str = GOOD
	problem: str = ""

	@property
	def label(self) -> str:
		return repr(self.name) if self.name is not None else f"with alias {self.alias}"


@dataclass(frozen=True)
class SparkplugPayload:
	"""A message. time: aware, when it was sent. seq: 0 to 255, None in a death of a node."""

	time: datetime | None
	seq: int | None
	metrics: tuple[SparkplugMetric, ...]

	@property
	def bd_seq(self) -> int | None:
		"""The number that ties a death to its birth; 0 to 255 in the specification."""
		for metric in self.metrics:
			if metric.name == BD_SEQ and metric.kind in ("int_value", "long_value"):
				return int(metric.raw) if metric.raw <= _HIGHEST_BD_SEQ else None
		return None


def read_payload(payload: bytes) -> SparkplugPayload:
	"""Read a payload. Raises PayloadError, and nothing else, whatever the bytes are."""
	try:
		message = _Payload()
		message.ParseFromString(payload)
		return _payload(message)
	except PayloadError:
		raise
	except Exception as error:  # each implementation of protobuf has its own types of exception for bad bytes
		raise PayloadError(
			f"payload is no Sparkplug B message ({str(error) or type(error).__name__}):"
			" check the payload format of the connection, and what the source sends"
		) from None


def _payload(message: Any) -> SparkplugPayload:
	fields = _set_fields(message)
	if fields.get("uuid") == _COMPRESSED:
		raise PayloadError(
			"payload is compressed, which is not read: switch compression off at the edge node"
		)
	seq = fields.get("seq")
	if seq is not None and seq > 255:
		raise PayloadError(f"sequence number {seq} is above 255: let the edge node count as Sparkplug B says")
	metrics = tuple(_metric(metric) for metric in fields.get("metrics", ()))
	return SparkplugPayload(_moment(fields.get("timestamp")), seq, metrics)


def _set_fields(message: Any) -> dict[str, Any]:
	return {field.name: value for field, value in message.ListFields()}


def _metric(message: Any) -> SparkplugMetric:
	fields = _set_fields(message)
	kind = None if fields.get("is_null") else next((name for name in _METRIC_VALUE if name in fields), None)
	name, time, problem = None, None, ""
	try:
		name = _text(fields["name"]) if "name" in fields else None
		time = _moment(fields.get("timestamp"))
	except PayloadError as error:
		problem = str(error)
	return SparkplugMetric(
		name=name,
		alias=fields.get("alias"),
		datatype=fields.get("datatype"),
		kind=kind,
		raw=fields[kind] if kind else None,
		time=time,
		is_historical=fields.get("is_historical", False),
		quality=_quality(fields["properties"]) if "properties" in fields else GOOD,
		problem=problem,
	)


def _text(raw: bytes) -> str:
	try:
		return raw.decode("utf-8")
	except UnicodeDecodeError:
		raise PayloadError(f"name {raw[:80]!r} is not UTF-8") from None


def _moment(milliseconds: int | None) -> datetime | None:
	if milliseconds is None:
		return None
	if milliseconds > _LATEST_MS:
		raise PayloadError(f"timestamp {milliseconds} lies after the year 9999: send milliseconds since 1970")
	return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def _quality(properties: Any) -> str:
	"""The Quality property: 192 good, 0 bad, 500 stale; other numbers by the two quality bits of OPC."""
	for key, value in zip(properties.keys, properties.values, strict=False):
		if key == QUALITY_PROPERTY.encode():
			fields = _set_fields(value)
			return _quality_word(fields.get("int_value", fields.get("long_value", 0)))
	return GOOD


def _quality_word(number: int) -> str:
	if number == 500:
		return STALE
	if number > 255:
		return BAD
	return {0xC0: GOOD, 0x40: UNCERTAIN}.get(number & 0xC0, BAD)


def rebirth_request(now: datetime) -> bytes:
	"""The command that asks an edge node to send its birth again (NCMD, Sparkplug 3.0, section 6.4.25)."""
	message = _Payload()
	message.timestamp = int(now.timestamp() * 1000)
	message.metrics.add(
		name=REBIRTH_METRIC.encode(), timestamp=message.timestamp, datatype=BOOLEAN, boolean_value=True
	)
	return bytes(message.SerializeToString())
